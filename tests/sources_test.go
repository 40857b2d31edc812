//go:build e2e

package tests

import (
	"fmt"
	"regexp"
	"testing"
	"time"
)

// A pinned source is what it was: what is written to the table later neither shows nor costs a run.
func TestPinnedSource(t *testing.T) {
	query := func(sql string) result {
		t.Helper()
		r := dagger(t, "-m", "..", "call", "query", "--sql", sql)
		r.want(t, 0)
		return r
	}
	modeEquivalence(t, "--pipeline=sample-gaps", "--ref=main", "--modes=bf").want(t, 0) // makes the synthetic tables
	table := fmt.Sprintf("dit-sandbox.dit_samples.pinned_%d", time.Now().UnixNano())
	messages := regexp.MustCompile(`messages_[0-9a-f]+`).FindString(query("SELECT table_name FROM dit_samples.INFORMATION_SCHEMA.TABLES WHERE table_name LIKE 'messages%' ORDER BY creation_time DESC LIMIT 1").stdout)
	query("CREATE TABLE `" + table + "` AS SELECT * FROM dit_samples." + messages)
	time.Sleep(2 * time.Second) // the instant is after the table was made
	at := time.Now().UTC().Truncate(time.Millisecond)
	ask := []string{"--pipeline=sample-gaps", "--ref=main", "--modes=bf", "--source=messages=" + table}
	pinned := append(ask, "--pin-source-at="+at.Format(time.RFC3339Nano))
	modeEquivalence(t, pinned...).want(t, 0, "pinned at", "0 of 1 runs from the cache")
	query("DELETE FROM `" + table + "` WHERE TRUE")
	modeEquivalence(t, pinned...).want(t, 0, "pinned at", "1 of 1 runs from the cache")
	modeEquivalence(t, ask...).want(t, 2, "no rows between")
	modeEquivalence(t, append(ask, "--pin-source-at=2024-01-31T12:00:00")...).want(t, 2, "in which zone")
	modeEquivalence(t, append(ask, "--pin-source-at=2024-01-31T12:00:00Z")...).want(t, 2, table, "it was made")
	query("DROP TABLE `" + table + "`")
}

// A mutated source is another source: with the same seed the same one, and refused where it changes nothing.
func TestMutatedSource(t *testing.T) {
	dataset := fmt.Sprintf("mutated_%d", time.Now().UnixNano()) // where no earlier test has made these tables
	ask := func(mutation string) result {
		t.Helper()
		return modeEquivalence(t, "--pipeline=sample-gaps", "--ref=main", "--modes=bf", "--dest-dataset="+dataset, "--mutation="+mutation)
	}
	ask("drop_messages source=messages rate=0.2 seed=3").want(t, 0, "drop_messages", "0 of 1 runs from the cache")
	ask("drop_messages   seed=3 rate=0.20  source=messages").want(t, 0, "1 of 1 runs from the cache")
	ask("drop_messages source=messages where=FALSE").want(t, 2, "changes none of the")
	ask("drop_messages rate=0.2").want(t, 2, "needs a seed")
	ask("drop_messages rate=0.2 seed=3").want(t, 2, "source=messages or source=segments")
	ask("shrink_vessels").want(t, 2, "there is no mutation", "restrict_vessels")
}
