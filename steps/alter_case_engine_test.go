//go:build sandbox

package steps

import (
	"fmt"
	"testing"

	"cloud.google.com/go/bigquery"

	"github.com/GlobalFishingWatch/dit/bq/bqtest"
)

// Columns are found in any case, and keep the spelling that the table has, whatever the descriptor's.
func TestMutationsOfColumnsInAnotherCase(t *testing.T) {
	client, dataset := bqtest.Open(t, "mutation_case")
	run(t, client, "CREATE SCHEMA "+dataset)
	run(t, client, "CREATE TABLE "+dataset+".t AS SELECT * FROM UNNEST([STRUCT('1' AS Id, 'a' AS VESSEL, TIMESTAMP '2024-01-02 01:00:00+00' AS TS, 0.5 AS lat, TRUE AS Flag)"+
		", STRUCT('2', 'b', TIMESTAMP '2024-01-03 01:00:00+00', 0.5, TRUE), STRUCT('3', 'b', TIMESTAMP '2024-01-04 01:00:00+00', 0.5, FALSE)])")
	for i, test := range []struct {
		text           string
		removed, added int64
	}{
		{"shift_timestamps by=1h where id = '1'", 1, 1}, {"set_segment_flag column=FLAG value=false", 2, 2}, {"late_messages late=23h from=2024-01-03 to=2024-01-04", 1, 1},
		{"restrict_vessels vessels=b", 1, 0}, {"duplicate_messages rate=1 seed=1", 0, 3},
	} {
		for _, materialised := range []bool{false, true} {
			p := alteredPlan(t, dataset, "t", 2*i, test.text)
			if p.MaterialiseMutations = materialised; materialised {
				p.RunID = fmt.Sprintf("%012x", 2*i+1)
			}
			s, err := found(t, client, p)
			if err != nil {
				t.Errorf("%s: %v", test.text, err)
				continue
			}
			if did := s.Mutations[0]; did.Removed != test.removed || did.Added != test.added {
				t.Errorf("%s: %+v", test.text, did)
			}
			meta, err := s.Table.Of(client).Metadata(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if got := spelling(meta.Schema); got != "[Id VESSEL TS lat Flag]" {
				t.Errorf("%s: the columns are %s", test.text, got)
			}
		}
	}
}

func spelling(schema bigquery.Schema) string {
	var names []string
	for _, f := range schema {
		names = append(names, f.Name)
	}
	return fmt.Sprint(names)
}
