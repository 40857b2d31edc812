//go:build sandbox

package steps

import (
	"strings"
	"testing"

	"cloud.google.com/go/bigquery"

	"github.com/GlobalFishingWatch/dit/bq"
	"github.com/GlobalFishingWatch/dit/bq/bqtest"
)

// TestIdentity holds what names the contents of a source against changes of these contents.
func TestIdentity(t *testing.T) {
	client, dataset := bqtest.Open(t, "identity")
	do := func(sql string) {
		t.Helper()
		if _, err := client.Query(strings.ReplaceAll(sql, "d.", dataset+".")).Read(t.Context()); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	}
	do("CREATE SCHEMA " + dataset)
	snapshot := func(name string) {
		t.Helper()
		copier := client.Dataset(dataset).Table(name).CopierFrom(client.Dataset(dataset).Table("t"))
		copier.OperationType = bigquery.SnapshotOperation
		job, err := copier.Run(t.Context())
		if err == nil {
			_, err = job.Wait(t.Context())
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	name := func(table string) (identity, whyNot string) {
		t.Helper()
		full := bq.Table{Project: "dit-sandbox", Dataset: dataset, Name: table}
		meta, err := full.Of(client).Metadata(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if identity, whyNot, err = identify(t.Context(), client, full, meta); err != nil {
			t.Fatal(err)
		}
		if (identity == "") == (whyNot == "") {
			t.Errorf("%s: identity %q, why not %q", table, identity, whyNot)
		}
		return identity, whyNot
	}
	do("CREATE TABLE d.t AS SELECT 1 AS x")
	do("CREATE TABLE d.other AS SELECT 1 AS x")
	do("CREATE VIEW d.v AS SELECT x FROM d.t WHERE x IN (1, 2)")
	do("CREATE VIEW d.vv AS SELECT a.x FROM d.v AS a JOIN d.other AS b USING (x)")
	snapshot("s")

	before, first := map[string]string{}, map[string]string{}
	for _, table := range []string{"t", "v", "vv", "s", "other"} {
		before[table], _ = name(table)
		if again, _ := name(table); before[table] == "" || again != before[table] {
			t.Errorf("%s is %q, then %q", table, before[table], again)
		}
		first[table] = before[table]
	}
	changed := func(what string, want ...string) {
		t.Helper()
		var got []string
		for _, table := range []string{"t", "v", "vv", "s", "other"} {
			now, _ := name(table)
			if now != before[table] {
				got = append(got, table)
			}
			before[table] = now
		}
		if strings.Join(got, " ") != strings.Join(want, " ") {
			t.Errorf("%s changes the names of %v, want %v", what, got, want)
		}
	}
	do("CREATE OR REPLACE VIEW d.v AS SELECT x FROM d.t WHERE FALSE")
	changed("a definition", "v", "vv")
	do("CREATE OR REPLACE VIEW d.v AS SELECT x FROM d.t WHERE x IN (1, 2)")
	changed("the definition that was there before", "v", "vv")
	if before["v"] == first["v"] || before["vv"] == first["vv"] {
		t.Errorf("a view that was put back is not told: %q, and over it %q", before["v"], before["vv"])
	}
	do("INSERT INTO d.t VALUES (2)")
	changed("a row more", "t", "v", "vv")
	do("UPDATE d.t SET x = 3 WHERE x = 2")
	changed("another value", "t", "v", "vv")
	do("CREATE OR REPLACE VIEW d.v AS SELECT x FROM d.t WHERE x IN (1, 2, 3)")
	changed("another definition", "v", "vv")
	do("CREATE OR REPLACE TABLE d.other AS SELECT 1 AS x")
	changed("the same rows made anew", "vv", "other")

	for _, definition := range []string{
		"SELECT x, RAND() AS r FROM d.t", "SELECT x FROM d.t WHERE CURRENT_DATE() > '2024-01-01'", "SELECT x FROM d.t LIMIT 1", "SELECT SESSION_USER() AS u, x FROM d.t",
		"SELECT x FROM d.v_1", "SELECT 1 AS x",
	} {
		do("CREATE OR REPLACE VIEW d.u AS " + strings.ReplaceAll(definition, "d.v_1", "d.v"))
		identity, whyNot := name("u")
		if steady := strings.Contains(definition, "v_1"); steady != (whyNot == "") {
			t.Errorf("%s: identity %q, why not %q", definition, identity, whyNot)
		}
	}
}
