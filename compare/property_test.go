//go:build sandbox

package compare

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"cloud.google.com/go/bigquery"
)

// testRow is one row; nil is NULL. The struct column s is NULL where hasS is
// false, else its one field is st.
type testRow struct {
	g    int64
	k    *string
	v    *float64
	i    *int64
	a    []float64
	hasS bool
	st   *string
}

const propertyColumns = "g INT64, k STRING, v FLOAT64, i INT64, a ARRAY<FLOAT64>, s STRUCT<t STRING>"

// TestProperty compares thousands of small random groups of rows in one
// statement, since groups of different g never meet, and holds what became of
// each key against the naive comparison of model_test.go.
func TestProperty(t *testing.T) {
	client := engine(t)
	for seed := range uint64(4) {
		random := rand.New(rand.NewPCG(seed, 17))
		var left, right []testRow
		for g := range int64(1500) {
			l := randomGroup(random, g)
			left, right = append(left, l...), append(right, mutate(random, l)...)
		}
		tables := [2]Table{load(t, client, "property_left", left), load(t, client, "property_right", right)}
		for _, o := range []Options{
			{Keys: []string{"g", "k"}},
			{Keys: []string{"g", "k"}, Tolerance: Tolerance{Absolute: 0.01, Relative: 1e-9}, Tolerances: map[string]Tolerance{"i": {Absolute: 1}}},
			{},
		} {
			o.Samples = 1 << 20
			got, err := Tables(context.Background(), client, tables[0], tables[1], o)
			if err != nil {
				t.Fatal(err)
			}
			if err := got.check(); err != nil {
				t.Error(err)
			}
			want := model(left, right, o)
			if got.Verdict != Different || got.Rows != want.rows {
				t.Errorf("seed %d, %+v: rows %+v, want %+v", seed, o, got.Rows, want.rows)
			}
			for _, c := range got.Columns {
				if n := want.differing[c.Name]; c.Differing != n {
					t.Errorf("seed %d: %d pairs differ in %s, want %d", seed, c.Differing, c.Name, n)
				}
			}
			fates := map[string]string{}
			for _, s := range got.Samples {
				key := []string{}
				for _, v := range s.Key {
					key = append(key, keyText(v.Value))
				}
				columns := []string{}
				for _, d := range s.Differs {
					columns = append(columns, d.Column)
				}
				fates[strings.Join(key, "/")] = fmt.Sprint(s.Kind, s.LeftRest, s.RightRest, columns)
			}
			if len(o.Keys) == 0 {
				continue
			}
			for _, key := range slices.Sorted(maps.Keys(want.fates)) {
				if fates[key] != want.fates[key] {
					t.Errorf("seed %d, key %s: %q, want %q", seed, key, fates[key], want.fates[key])
				}
			}
			if len(fates) != len(want.fates) {
				t.Errorf("seed %d: %d keys differ, want %d", seed, len(fates), len(want.fates))
			}
		}
	}
}

func keyText(v *string) string {
	if v == nil {
		return "NULL"
	}
	return fmt.Sprintf("%q", *v)
}

// load brings the rows in as text and casts them, since JSON has no NaN.
func load(t *testing.T, client *bigquery.Client, name string, rows []testRow) Table {
	t.Helper()
	var lines strings.Builder
	encoder := json.NewEncoder(&lines)
	for _, r := range rows {
		line := map[string]any{"g": r.g, "k": r.k, "i": r.i, "has_s": r.hasS, "st": r.st, "a": []string{}}
		if r.v != nil {
			line["v"] = number(*r.v)
		}
		for _, x := range r.a {
			line["a"] = append(line["a"].([]string), number(x))
		}
		if err := encoder.Encode(line); err != nil {
			t.Fatal(err)
		}
	}
	source := bigquery.NewReaderSource(strings.NewReader(lines.String()))
	source.SourceFormat = bigquery.JSON
	source.Schema = bigquery.Schema{
		field("g", "INTEGER"), field("k", "STRING"), field("v", "STRING"), field("i", "INTEGER"), repeated(field("a", "STRING")),
		field("has_s", "BOOLEAN"), field("st", "STRING"),
	}
	staging := client.Dataset(testDataset).Table(name + "_staging")
	loader := staging.LoaderFrom(source)
	loader.WriteDisposition = bigquery.WriteTruncate
	job, err := loader.Run(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if status, err := job.Wait(context.Background()); err != nil || status.Err() != nil {
		t.Fatal(err, status.Err())
	}
	spec := tableSpec{name: name, columns: propertyColumns}
	run(t, client, spec.sql()+"INSERT INTO "+spec.table().SQL()+` SELECT g, k, CAST(v AS FLOAT64), i,
		ARRAY(SELECT CAST(e AS FLOAT64) FROM UNNEST(a) AS e WITH OFFSET AS o ORDER BY o), IF(has_s, STRUCT(st AS t), NULL)
		FROM `+testDataset+"."+name+"_staging;")
	return spec.table()
}

func pick[T any](random *rand.Rand, list []T) T { return list[random.IntN(len(list))] }

var (
	someKeys   = []*string{nil, of(""), of("a"), of("b"), of("~"), of("NULL"), of(`a","`)}
	someFloats = []*float64{nil, of(0.0), of(math.Copysign(0, -1)), of(math.NaN()), of(math.Inf(1)), of(math.Inf(-1)), of(1.0), of(1.005), of(math.Nextafter(1, 2)), of(1e308), of(-1e308), of(5e-324), of(0.1), of(0.3), of(math.Nextafter(0.3, 1))}
	someInts   = []*int64{nil, of(int64(0)), of(int64(1)), of(int64(2)), of(int64(math.MaxInt64)), of(int64(math.MinInt64)), of(int64(math.MaxInt64 - 1))}
	someTexts  = []*string{nil, of(""), of("a"), of("a "), of("~"), of(`"`), of("),("), of("é"), of("e\u0301")}
	someArrays = [][]float64{{}, {1}, {1, 2}, {2, 1}, {0}, {math.NaN()}, {math.Nextafter(0.3, 1)}, {0.3}}
)

func randomRow(random *rand.Rand, g int64) testRow {
	row := testRow{g: g, k: pick(random, someKeys), v: pick(random, someFloats), i: pick(random, someInts), a: pick(random, someArrays), hasS: random.IntN(3) > 0}
	if row.hasS {
		row.st = pick(random, someTexts)
	}
	return row
}

func randomGroup(random *rand.Rand, g int64) (rows []testRow) {
	for range 1 + random.IntN(4) {
		rows = append(rows, randomRow(random, g))
	}
	return rows
}

// mutate copies rows and changes them in none to three ways.
func mutate(random *rand.Rand, rows []testRow) []testRow {
	rows = slices.Clone(rows)
	random.Shuffle(len(rows), reflect.Swapper(rows))
	for range random.IntN(4) {
		if len(rows) == 0 {
			break
		}
		n, m := random.IntN(len(rows)), random.IntN(len(rows))
		row := &rows[n]
		switch random.IntN(11) {
		case 0:
			rows = slices.Delete(rows, n, n+1)
		case 1:
			rows = append(rows, *row)
		case 2:
			if row.v != nil {
				row.v = of(math.Nextafter(*row.v, math.Inf(1)))
			}
		case 3:
			row.v = nil
		case 4:
			row.v, rows[m].v = rows[m].v, row.v
		case 5:
			row.k = nil
		case 6:
			row.i = pick(random, someInts)
		case 7:
			row.a = pick(random, someArrays)
		case 8:
			row.hasS, row.st = !row.hasS, nil
		case 9:
			if row.v != nil {
				row.v = of(*row.v + 0.005)
			}
		case 10:
			row.k, rows[m].k = rows[m].k, row.k
		}
	}
	return rows
}
