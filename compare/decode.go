package compare

import (
	"fmt"
	"maps"
	"slices"
	"strconv"

	"cloud.google.com/go/bigquery"
)

// describe fills in what is known before anything is read.
func (r *Result) describe(s shape, o Options) {
	r.Schema, r.NotCompared, r.Ignored = s.schema, s.notCompared, s.ignored
	r.Renamed, r.Notes = s.renamed, append(r.Notes, s.notes...)
	if r.Between = o.Between; r.Between != nil {
		r.Notes = append(r.Notes, fmt.Sprintf("only rows with %s were compared; rows that a row access policy hides cannot be noticed", r.Between))
	}
	for _, c := range s.all() {
		if tagged(c.left) || tagged(c.right) {
			r.Notes = append(r.Notes, fmt.Sprintf("column %s has policy tags: of what may only be read masked, the masks were compared", c.name()))
		}
	}
	if len(o.Keys) > 0 {
		for _, k := range s.keys {
			r.Keys = append(r.Keys, k.name())
		}
	}
	if e := o.Expect; e != nil {
		r.Expected = &Expected{Where: e.Where, Keys: e.Keys}
	}
	for _, c := range s.columns {
		described := Column{Name: c.name(), Type: typeName(c.left)}
		for _, path := range slices.Sorted(maps.Keys(c.rules)) {
			rule := c.rules[path]
			var t *Tolerance
			if !rule.tolerance.exact() {
				t = &rule.tolerance
			}
			if path == "" {
				described.Tolerance, described.Normalised = t, rule.normalise
				continue
			}
			described.Inside = append(described.Inside, Inside{c.name() + "." + path, t, rule.normalise})
		}
		r.Columns = append(r.Columns, described)
	}
}

// decodeProof fills in the counts of the one row of the proof, and tells whether
// it is one.
func (r *Result) decodeProof(row map[string]bigquery.Value) (proven bool, err error) {
	d := decoder{row: row}
	r.counts(&d)
	if d.err != nil || r.Rows.Equal != r.Left.Rows || r.Rows.Equal != r.Right.Rows {
		return false, d.err
	}
	r.note()
	return true, nil
}

func (r *Result) counts(d *decoder) {
	r.Left.Rows, r.Right.Rows = d.integer("left_rows"), d.integer("right_rows")
	r.Rows = Rows{Equal: d.integer("equal_rows")}
	if len(r.Keys) > 0 {
		r.Left.NullKeyRows, r.Right.NullKeyRows = d.integer("left_null_keys"), d.integer("right_null_keys")
		r.Left.RepeatedKeys, r.Right.RepeatedKeys = d.integer("left_repeated_keys"), d.integer("right_repeated_keys")
		r.Left.RepeatedRows, r.Right.RepeatedRows = d.integer("left_repeated_rows"), d.integer("right_repeated_rows")
	}
}

// decode fills in the counts and samples of the one row of the statement.
func (r *Result) decode(row map[string]bigquery.Value, s shape) error {
	d := decoder{row: row}
	r.counts(&d)
	r.Rows.Changed, r.Rows.Tolerated = d.integer("changed"), d.integer("tolerated")
	r.Rows.OnlyLeft, r.Rows.OnlyRight = d.integer("only_left"), d.integer("only_right")
	r.Rows.UnpairedLeft, r.Rows.UnpairedRight = d.integer("unpaired_left"), d.integer("unpaired_right")
	for i := range r.Columns {
		c := &r.Columns[i]
		c.Differing, c.Tolerated = element[int64](&d, "column_differing", i), element[int64](&d, "column_tolerated", i)
		c.NullMismatches = element[int64](&d, "column_nulls", i)
		if n := element[int64](&d, "column_measured", i); n > 0 {
			at := func(name string) float64 { return element[float64](&d, "column_"+name, i) }
			c.Delta = &Delta{
				Measured: n, MaxBeyond: at("max_beyond"),
				MaxAbsolute: at("max_abs"), MeanAbsolute: at("mean_abs"), P50Absolute: at("p50_abs"), P99Absolute: at("p99_abs"),
				MaxRelative: at("max_rel"), MeanRelative: at("mean_rel"), P50Relative: at("p50_rel"), P99Relative: at("p99_rel"),
			}
		}
	}
	if s.expect != "" {
		r.Expected.Differing, r.Expected.Agreeing, r.Expected.Unexpected = d.integer("expected_differing"), d.integer("expected_agreeing"), d.integer("unexpected")
	}
	if s.noise != "" {
		r.Noise = &Noise{Within: d.integer("within_noise"), Beyond: d.integer("beyond_noise")}
		for i, c := range r.Columns {
			if n := element[int64](&d, "column_beyond", i); n > 0 {
				r.Noise.BeyondColumns = append(r.Noise.BeyondColumns, ColumnCount{c.Name, n})
			}
		}
	}
	if s.samples > 0 {
		for _, k := range sampleKinds {
			d.samples(r, s, k)
		}
	}
	if d.err == nil {
		d.err = r.check()
	}
	r.note()
	return d.err
}

// check holds the counts against each other: every row must have become
// something. It guards against an engine that groups or sums wrongly.
func (r *Result) check() error {
	n := r.Rows
	left, right := n.Equal+n.Tolerated+n.Changed+n.OnlyLeft+n.UnpairedLeft, n.Equal+n.Tolerated+n.Changed+n.OnlyRight+n.UnpairedRight
	if left != r.Left.Rows || right != r.Right.Rows {
		return fmt.Errorf("the engine's counts do not add up: %d of %d rows left, %d of %d right", left, r.Left.Rows, right, r.Right.Rows)
	}
	return nil
}

func (r *Result) note() {
	for _, s := range []struct {
		name string
		Side
	}{{"left", r.Left}, {"right", r.Right}} {
		if s.RepeatedKeys > 0 {
			r.Notes = append(r.Notes, fmt.Sprintf("the key is not unique on the %s: %s in %s; tolerances need one row a key and side", s.name, plural(s.RepeatedRows, "row", "rows"), plural(s.RepeatedKeys, "key", "keys")))
		}
		if s.NullKeyRows > 0 {
			r.Notes = append(r.Notes, fmt.Sprintf("%s on the %s", plural(s.NullKeyRows, "row has NULL in the key", "rows have NULL in the key"), s.name))
		}
	}
}

// decoder reads values and keeps the first error.
type decoder struct {
	row map[string]bigquery.Value
	err error
}

func (d *decoder) fail(name string, got any) {
	if d.err == nil {
		d.err = fmt.Errorf("the statement's %s came back as %T, which is not what was asked for", name, got)
	}
}

func (d *decoder) integer(name string) int64 {
	v, ok := d.row[name].(int64)
	if !ok {
		d.fail(name, d.row[name])
	}
	return v
}

func element[T any](d *decoder, name string, i int) (v T) {
	list, ok := d.row[name].([]bigquery.Value)
	if !ok || i >= len(list) {
		d.fail(name, d.row[name])
		return v
	}
	if v, ok = list[i].(T); !ok {
		d.fail(name, list[i])
	}
	return v
}

func (d *decoder) samples(r *Result, s shape, k SampleKind) {
	name := "samples_" + string(k)
	if d.row[name] == nil {
		return
	}
	list, _ := d.row[name].([]bigquery.Value)
	for i := range list {
		text := element[string](d, name, i)
		if text == "" {
			break
		}
		c, err := parseCell(text)
		if err == nil {
			var sample Sample
			if sample, err = readSample(c, s, k); err == nil {
				r.Samples = append(r.Samples, sample)
			}
		}
		if err != nil && d.err == nil {
			d.err = fmt.Errorf("read a sample row: %w", err)
		}
	}
}

// readSample is the inverse of sampleText.
func readSample(c cell, s shape, k SampleKind) (Sample, error) {
	sample := Sample{Kind: k}
	fixed := 5 + len(s.flags())
	if len(c.parts) < fixed || len(c.parts[0].parts) != len(s.keys) {
		return sample, fmt.Errorf("it has %d parts and %d keys", len(c.parts), len(c.parts[0].parts))
	}
	for i, key := range s.keys {
		sample.Key = append(sample.Key, Value{key.name(), show(c.parts[0].parts[i], key.left)})
	}
	for i, n := range []*int64{&sample.LeftRows, &sample.RightRows, &sample.LeftRest, &sample.RightRest} {
		v, err := strconv.ParseInt(c.parts[i+1].text, 10, 64)
		if err != nil {
			return sample, err
		}
		*n = v
	}
	for i, flag := range s.flags() {
		set := c.parts[5+i].text == "1"
		switch flag {
		case "expected":
			sample.Expected = set
		case "noisy":
			sample.Noisy = set
		}
	}
	for i, part := range c.parts[fixed:] {
		if i < len(s.columns) && len(part.parts) == 2 {
			column := s.columns[i]
			sample.Differs = append(sample.Differs, CellDiff{column.name(), show(part.parts[0], column.left), show(part.parts[1], column.left)})
		}
	}
	return sample, nil
}
