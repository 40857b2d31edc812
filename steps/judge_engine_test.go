//go:build sandbox

package steps

import (
	"strings"
	"testing"
	"time"

	"github.com/GlobalFishingWatch/dit/bq/bqtest"
	"github.com/GlobalFishingWatch/dit/cache"
)

// What a report registers comes back, where there was no registry before; where there can be none, the report says so.
func TestRegisterInBigQuery(t *testing.T) {
	client, dataset := bqtest.Open(t, "judged")
	r, reg := judgedReport(t), cache.BigQuery{Client: client, Dataset: dataset}
	if r.Register(t.Context(), reg); r.Unregistered != "" {
		t.Fatal(r.Unregistered)
	}
	want, err := r.judged(time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	got, err := reg.Verdicts(t.Context(), r.Plan.RunID)
	if err != nil || len(got) != len(want) {
		t.Fatalf("%+v, %v", got, err)
	}
	for i := range got {
		if time.Since(got[i].JudgedAt) > time.Minute {
			t.Errorf("judged at %s", got[i].JudgedAt)
		}
		got[i].JudgedAt = time.Time{}
		if got[i] != want[i] {
			t.Errorf("registered %+v, want %+v", got[i], want[i])
		}
	}
	if err := client.Dataset(dataset).Table(cache.VerdictsName).Delete(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := client.Query("CREATE VIEW `" + dataset + "." + cache.VerdictsName + "` AS SELECT 1 AS x").Read(t.Context()); err != nil {
		t.Fatal(err)
	}
	r.Register(t.Context(), reg)
	var text strings.Builder
	if err := r.Text(&text); err != nil || r.Unregistered == "" || !strings.Contains(text.String(), "could not be registered: register verdicts of run 0123456789ab") {
		t.Errorf("the report of a registry that cannot be written to:\n%s", text.String())
	}
}
