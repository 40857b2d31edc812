//go:build sandbox

package steps

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"cloud.google.com/go/bigquery"
	"cloud.google.com/go/civil"

	"github.com/GlobalFishingWatch/dit/bq"
	"github.com/GlobalFishingWatch/dit/bq/bqtest"
	"github.com/GlobalFishingWatch/dit/samples/vessels"
	"github.com/GlobalFishingWatch/dit/workflows"
)

// pinned is a source in a dataset of its own, and the plans that read it.
type pinned struct {
	*testing.T
	client        *bigquery.Client
	dataset, dest string
	runs          int
}

func newPinned(t *testing.T) *pinned {
	client, dataset := bqtest.Open(t, "pinned")
	_, dest := bqtest.Open(t, "pins")
	p := &pinned{T: t, client: client, dataset: dataset, dest: dest}
	p.do("CREATE SCHEMA " + dataset)
	p.do("CREATE TABLE d.base AS SELECT TIMESTAMP '2024-01-02 00:00:00+00' AS t, 1 AS x")
	return p
}

func (p *pinned) do(sql string) {
	p.Helper()
	if _, err := p.client.Query(strings.ReplaceAll(sql, "d.", p.dataset+".")).Read(p.Context()); err != nil {
		p.Fatalf("%s: %v", sql, err)
	}
}

func (p *pinned) now() time.Time {
	time.Sleep(3 * time.Millisecond)
	defer time.Sleep(3 * time.Millisecond)
	return time.Now().UTC().Truncate(time.Millisecond)
}

// plan reads a table of the dataset at that instant; at no instant when it is zero.
func (p *pinned) plan(table string, at time.Time) *workflows.Plan {
	p.runs++
	day := civil.Date{Year: 2024, Month: 1, Day: 1}
	plan := &workflows.Plan{Project: bqtest.Project, Dataset: p.dest, RunID: fmt.Sprintf("%012x", p.runs), Range: workflows.Range{Start: day, End: day.AddDays(9)},
		Sources:    map[string]string{"rows": bqtest.Project + "." + p.dataset + "." + table},
		Descriptor: &workflows.Descriptor{Sources: []workflows.Source{{Name: "rows", TimeColumn: "t", Columns: []workflows.Column{{Name: "t", Type: "TIMESTAMP"}}}}}}
	if !at.IsZero() {
		plan.PinAt = at.Format(time.RFC3339Nano)
	}
	return plan
}

func (p *pinned) source(table string, at time.Time) (SourceTable, string, error) {
	var said strings.Builder
	found, err := Source(p.Context(), p.client, p.plan(table, at), vessels.Default(), &said)
	if err != nil {
		return SourceTable{}, said.String(), err
	}
	return found.Tables["rows"], said.String(), nil
}

func TestSourceIsPinned(t *testing.T) {
	p := newPinned(t)
	at := p.now()
	p.do("INSERT INTO d.base VALUES (TIMESTAMP '2024-01-03 00:00:00+00', 2)")
	would, err := Look(t.Context(), p.client, p.plan("base", at), vessels.Default(), io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.client.Dataset(p.dest).Metadata(t.Context()); err == nil {
		t.Error("a look made the dataset of the outputs")
	}
	s, said, err := p.source("base", at)
	if err != nil {
		t.Fatal(err)
	}
	base := bq.Table{Project: bqtest.Project, Dataset: p.dataset, Name: "base"}
	if s.Pin == nil || s.Pin.Base != base || !s.Pin.At.Equal(at) || s.Table.Dataset != p.dest || s.RowsInRange != 1 || s.Version.NumRows != 1 {
		t.Errorf("%+v", s)
	}
	if !strings.Contains(said, "pinned at "+at.Format(time.RFC3339Nano)) || s.WhyNot != "" {
		t.Errorf("said %s, why not %s", said, s.WhyNot)
	}
	if w := would.Tables["rows"]; w.Identity != s.Identity || w.Pin == nil || *w.Pin != *s.Pin {
		t.Errorf("a look before gave %+v, want %+v", w, s)
	}
	// What comes to the table later is not read, and moves nothing.
	r := Runner{Plan: p.plan("base", at), Sources: &Sources{Tables: map[string]SourceTable{"rows": s}}, Client: p.client}
	p.do("UPDATE d.base SET x = 9 WHERE TRUE")
	if moved, err := r.moved(t.Context()); moved != "" || err != nil {
		t.Errorf("moved: %s, %v", moved, err)
	}
	again, _, err := p.source("base", at)
	if err != nil || again.Table != s.Table || again.Identity != s.Identity || again.RowsInRange != 1 {
		t.Errorf("another call has %+v, %v", again, err)
	}
	looked, err := Look(t.Context(), p.client, p.plan("base", at), vessels.Default(), io.Discard)
	if err != nil || looked.Tables["rows"].Table != s.Table || looked.Tables["rows"].Identity != s.Identity {
		t.Errorf("a look after gives %+v, %v", looked, err)
	}
	// Not even the end of the table.
	for _, sql := range []string{"CREATE OR REPLACE TABLE d.base AS SELECT TIMESTAMP '2024-01-02 00:00:00+00' AS t, 5 AS x", "DROP TABLE d.base"} {
		p.do(sql)
		if again, _, err := p.source("base", at); err != nil || again.Table != s.Table || again.Identity != s.Identity {
			t.Errorf("after %s: %+v, %v", sql, again, err)
		}
	}
	free, _, err := p.source("base", time.Time{})
	if !errors.Is(err, ErrBadSource) || !strings.Contains(err.Error(), "does not exist") {
		t.Errorf("without a pin: %+v, %v", free, err)
	}
}

// TestPinsOfTwoInstantsDiffer, and a pin from the table as it is, even when the rows are the same.
func TestPinsOfTwoInstantsDiffer(t *testing.T) {
	p := newPinned(t)
	names := map[string]bool{}
	for _, at := range []time.Time{p.now(), p.now(), {}} {
		s, _, err := p.source("base", at)
		if err != nil || s.Identity == "" {
			t.Fatalf("%+v, %v", s, err)
		}
		names[s.Identity] = true
	}
	if len(names) != 3 {
		t.Errorf("identities %v", names)
	}
}

// TestSnapshotsOfOneName: a name that was one table's and then another's gives two snapshots of one instant, which are two sources. Its pin
// is found by what it is of, however it was changed itself.
func TestSnapshotsOfOneName(t *testing.T) {
	p := newPinned(t)
	p.do("CREATE TABLE d.other AS SELECT t, 2 AS x FROM d.base")
	at := p.now()
	source := func(name string, at time.Time) SourceTable {
		t.Helper()
		s, _, err := p.source(name, at)
		if err != nil || s.Identity == "" {
			t.Fatalf("%s: %+v, %v", name, s, err)
		}
		return s
	}
	snapshot := func(name string) string {
		t.Helper()
		copier := p.client.Dataset(p.dataset).Table(name).CopierFrom(p.client.Dataset(p.dataset).Table(fmt.Sprintf("base@%d", at.UnixMilli())))
		copier.OperationType = bigquery.SnapshotOperation
		job, err := copier.Run(t.Context())
		if err := bq.Finish(t.Context(), job, err); err != nil {
			t.Fatal(err)
		}
		s := source(name, time.Time{})
		if !strings.Contains(s.Identity, fmt.Sprintf("snapshot of %s.%s.base at %s", bqtest.Project, p.dataset, at.Format(time.RFC3339Nano))) {
			t.Errorf("%s is %s", name, s.Identity)
		}
		return s.Identity
	}
	pin, one := source("base", at), snapshot("one")
	if _, err := pin.Table.Of(p.client).Update(t.Context(), bigquery.TableMetadataToUpdate{Description: "kept for the audit"}, ""); err != nil {
		t.Fatal(err)
	}
	if again := source("base", at); again.Identity != pin.Identity || again.Version.Etag == pin.Version.Etag {
		t.Errorf("a pin is %s, then %s; its version was %s, is %s", pin.Identity, again.Identity, pin.Version, again.Version)
	}
	p.do("DROP TABLE d.base")
	p.do("ALTER TABLE d.other RENAME TO base")
	if two := snapshot("two"); two == one {
		t.Errorf("another value is %s too", two)
	}
	if again := source("one", time.Time{}).Identity; again != one {
		t.Errorf("%s is %s in another call", one, again)
	}
}

func TestSourceThatCannotBePinned(t *testing.T) {
	p := newPinned(t)
	before := time.Now().UTC().Truncate(time.Millisecond).Add(-time.Hour)
	p.do("CREATE VIEW d.shows AS SELECT * FROM d.base")
	at := p.now()
	snapshot := func(name string) {
		copier := p.client.Dataset(p.dataset).Table(name).CopierFrom(p.client.Dataset(p.dataset).Table("base"))
		copier.OperationType = bigquery.SnapshotOperation
		job, err := copier.Run(t.Context())
		if err == nil {
			_, err = job.Wait(t.Context())
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	snapshot("kept")
	p.do("CREATE TABLE d.young AS SELECT TIMESTAMP '2024-01-02 00:00:00+00' AS t")
	for _, c := range []struct {
		what, table string
		at          time.Time
		want        []string
	}{
		{"a view", "shows", at, []string{"d.shows", "is a view", "--source"}},
		{"nothing", "none", at, []string{"d.none does not exist"}},
		{"before it was made", "young", at, []string{"made anew, at", "from then on"}},
		{"long before", "base", before, []string{"made anew, at"}},
		{"a snapshot of later", "kept", at, []string{"is the snapshot of", "--pin-source-at=20", "or later"}},
	} {
		_, _, err := p.source(c.table, c.at)
		if !errors.Is(err, ErrBadSource) {
			t.Errorf("%s: %v", c.what, err)
			continue
		}
		for _, want := range c.want {
			if !strings.Contains(err.Error(), strings.ReplaceAll(want, "d.", p.dataset+".")) {
				t.Errorf("%s: %v, want %q", c.what, err, want)
			}
		}
	}
	if _, _, err := p.source("base", time.Now().UTC().Add(time.Hour).Truncate(time.Millisecond)); !errors.Is(err, ErrArgument) || !strings.Contains(err.Error(), "in the future") {
		t.Errorf("the future: %v", err)
	}
	s, said, err := p.source("kept", p.now())
	if err != nil || s.Table.Name != "kept" || s.Pin == nil || s.Pin.Base.Name != "base" || !strings.Contains(said, "it is read as it is") {
		t.Errorf("a snapshot of before: %+v, %v, %s", s, err, said)
	}
	names := p.client.Dataset(p.dest).Tables(t.Context())
	for {
		table, err := names.Next()
		if err != nil {
			break
		}
		if strings.HasPrefix(table.TableID, "pin_") {
			t.Errorf("what was refused left %s", table.TableID)
		}
	}
}

// TestBeyondTimeTravel takes the window of the dataset.
func TestBeyondTimeTravel(t *testing.T) {
	p := newPinned(t)
	meta, err := p.client.Dataset(p.dataset).Table("base").Metadata(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	meta.CreationTime = meta.CreationTime.AddDate(-1, 0, 0)
	s := workflows.Source{Name: "rows"}
	table := bq.Table{Project: bqtest.Project, Dataset: p.dataset, Name: "base"}
	for _, c := range []struct {
		hours, ago int
		want       string
	}{{0, 167, ""}, {0, 169, "168 hours"}, {48, 47, ""}, {48, 49, "48 hours"}} {
		if c.hours > 0 {
			if _, err := p.client.Dataset(p.dataset).Update(t.Context(), bigquery.DatasetMetadataToUpdate{MaxTimeTravel: time.Duration(c.hours) * time.Hour}, ""); err != nil {
				t.Fatal(err)
			}
		}
		pin, err := newPinner(p.client, p.plan("base", time.Now().UTC().Truncate(time.Millisecond).Add(-time.Duration(c.ago)*time.Hour)), true, io.Discard)
		if err != nil {
			t.Fatal(err)
		}
		err = pin.remembered(t.Context(), s, table, meta)
		if (err == nil) != (c.want == "") || err != nil && (!errors.Is(err, ErrBadSource) || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%d hours ago: %v, want %q", c.ago, err, c.want)
		}
	}
}

// TestSyntheticSourcesArePinned too: before they were made they are read as they are, since they never change.
func TestSyntheticSourcesArePinned(t *testing.T) {
	p := newPinned(t)
	data := vessels.Default()
	data.Vessels, data.Days, data.Seed = 2, 9, uint64(time.Now().UnixNano())
	plan := p.plan("base", p.now())
	plan.Sources["rows"] = ""
	plan.Descriptor.Sources[0].Sample, plan.Descriptor.Sources[0].TimeColumn, plan.Descriptor.Sources[0].Columns = "messages", "timestamp", []workflows.Column{{Name: "timestamp", Type: "TIMESTAMP"}}
	early, err := Source(t.Context(), p.client, plan, data, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	sample := early.Tables["rows"].Table
	defer sample.Of(p.client).Delete(t.Context())
	if sample.Dataset != sampleDataset || early.Tables["rows"].Pin != nil {
		t.Errorf("made after the instant: %+v", early.Tables["rows"])
	}
	plan.PinAt, plan.RunID = p.now().Format(time.RFC3339Nano), "ffffffffffff"
	late, err := Source(t.Context(), p.client, plan, data, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	if s := late.Tables["rows"]; s.Pin == nil || s.Pin.Base != sample || s.Table.Dataset != p.dest || s.Version.NumRows != early.Tables["rows"].Version.NumRows {
		t.Errorf("made before the instant: %+v", s)
	}
}
