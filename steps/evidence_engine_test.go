//go:build sandbox

package steps

import (
	"strings"
	"testing"

	"github.com/GlobalFishingWatch/dit/bq"
	"github.com/GlobalFishingWatch/dit/bq/bqtest"
	"github.com/GlobalFishingWatch/dit/workflows"
)

// Where a situation cannot be asked for nothing is known of the rows: no count may look as if it were.
func TestEvidenceThatCannotBeCounted(t *testing.T) {
	client, dataset := bqtest.Open(t, "evidence")
	run(t, client, "CREATE SCHEMA "+dataset)
	run(t, client, "CREATE TABLE "+dataset+".t "+twelveRows)
	table := bq.Table{Project: bqtest.Project, Dataset: dataset, Name: "t"}
	for name, c := range map[string]struct {
		where, want string
		lacking     int
	}{
		"valid":      {"lat > 8", "12 and 12 rows, on 3 days, fewest 4 and 4 on 2024-01-02, fast: 3 and 3", 0},
		"rare":       {"lat > 99", "12 and 12 rows, on 3 days, fewest 4 and 4 on 2024-01-02, fast: 0 and 0", 1},
		"no SQL":     {"lat >", "rows could not be counted", 1},
		"no column":  {"speed > 8", "rows could not be counted", 1},
		"no boolean": {"lat", "rows could not be counted", 1},
	} {
		output := workflows.Output{Name: "o", TimeColumn: "ts", Situations: []workflows.Situation{{Name: "fast", Where: c.where}}}
		e, err := evidenceOf(t.Context(), client, table, table, output)
		if err != nil || e.String() != c.want || len(e.Lacking) != c.lacking {
			t.Errorf("%s: %v: %q, want %q; lacking %q", name, err, e, c.want, e.Lacking)
			continue
		}
		e.Touched = 5
		if text := e.String(); !strings.Contains(text, "5 rows differ") {
			t.Errorf("%s: %q does not say what the comparison found", name, text)
		}
	}
}
