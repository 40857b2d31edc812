//go:build sandbox

package steps

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"testing"
	"time"

	"cloud.google.com/go/bigquery"
	dataflow "google.golang.org/api/dataflow/v1b3"

	"github.com/GlobalFishingWatch/dit/bq"
	"github.com/GlobalFishingWatch/dit/bq/bqtest"
	"github.com/GlobalFishingWatch/dit/cache"
	"github.com/GlobalFishingWatch/dit/runners"
	"github.com/GlobalFishingWatch/dit/runners/runnertest"
	"github.com/GlobalFishingWatch/dit/samples/vessels"
	"github.com/GlobalFishingWatch/dit/workflows"
)

// submitter writes a table in each phase, and notes what was submitted and what the registry said at that moment.
type submitter struct {
	t      *testing.T
	client *bigquery.Client
	reg    cache.Registry
	jobs   []runners.Submission
	args   [][]string
	rows   [][]cache.Row
}

func (s *submitter) Kind() string                          { return "dataflow" }
func (s *submitter) Arguments(runners.Invocation) []string { return nil }
func (s *submitter) Jobs() []runners.Job                   { return nil }
func (s *submitter) Cancel(context.Context) error          { return nil }

func (s *submitter) Submit(ctx context.Context, in runners.Invocation, _ io.Writer) (runners.Handle, error) {
	rows, err := s.reg.List(ctx, cache.Filter{})
	s.jobs, s.args, s.rows = append(s.jobs, *in.Job), append(s.args, in.Args), append(s.rows, rows)
	return s, err
}

func (s *submitter) Wait(context.Context) (runners.Result, error) {
	run(s.t, s.client, "CREATE OR REPLACE TABLE `"+s.args[len(s.args)-1][1]+"` AS SELECT 1 AS x")
	return runners.Result{}, nil
}

// leavableCall is a call of a pipeline that can be left: a mode of each version, whose commits these are, by name.
type leavableCall struct {
	versions     map[string]string
	mode, region string
	// shared is how many of the three phases are those of the run that each starts from.
	shared int
}

// leavable is the runner of the nth call, on a mutated source and a view without some of its rows.
func leavable(t *testing.T, client *bigquery.Client, dataset string, reg cache.Registry, n int, c leavableCall) (Runner, *submitter) {
	t.Helper()
	p := alteredPlan(t, dataset, "t", n, "drop_messages rate=0.5 seed=1")
	p.Dataflow = &workflows.Dataflow{Region: c.region}
	p.TailMutation = &workflows.TailMutation{Source: "s", Where: "vessel = 'a'"}
	p.Descriptor.Outputs = []workflows.Output{{Name: "out", Keys: []string{"x"}}}
	p.Descriptor.Steps = []workflows.Command{{Name: "main", Args: []workflows.Arg{{"{{.Source.s}}"}, {"{{.Output.out}}"}}, Beam: &workflows.Beam{NoWait: []workflows.Arg{{"--no-wait"}}}}}
	p.Bindings = nil
	environments := map[string]Environment{}
	for _, version := range slices.Sorted(maps.Keys(c.versions)) {
		p.Bindings = append(p.Bindings, workflows.Binding{Name: version, Commit: c.versions[version]})
		environments[version] = Environment{}
		name := c.mode
		if version != "" {
			name = version + "-" + c.mode
		}
		history := []workflows.Phase{{Range: days(2, 3)}, {Range: days(3, 4)}, {Range: days(4, 5), Mutated: true}}
		p.Steps = append(p.Steps, workflows.Step{ID: "run-" + name, Kind: workflows.RunStep, Binding: version, Run: &workflows.Run{Name: name, Phases: history[c.shared:], History: history,
			Outputs: map[string]string{"out": fmt.Sprintf("%s.%s.out_%s_%s", bqtest.Project, dataset, bq.SanitizeLabel(name), p.RunID)}}})
	}
	s, err := Source(t.Context(), client, p, vessels.Default(), io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	submits := &submitter{t: t, client: client, reg: reg}
	return Runner{Plan: p, Sources: s, Environments: environments, Policy: "use", Watch: &runners.Watch{}, Runner: submits, Client: client, Registry: reg, LogDir: t.TempDir(), Progress: io.Discard}, submits
}

// leaveRun registers the run of the step as one that was left after its first phase.
func leaveRun(t *testing.T, r Runner, id string) cache.Row {
	t.Helper()
	step := r.Plan.Step(id)
	row, err := r.row(step, r.key(step))
	if err != nil {
		t.Fatal(err)
	}
	claim, err := r.Registry.Claim(t.Context(), row, time.Minute)
	if err == nil {
		row.Status, row.Phases = cache.Detached, []cache.PhaseDone{{Phase: row.Key.Phases[0], Status: cache.Succeeded}}
		err = r.Registry.End(t.Context(), claim.Lease, row)
	}
	if err != nil {
		t.Fatal(err)
	}
	return row
}

// A run that another call takes up goes on as the run that it is: what is submitted has the run's own names and labels, whatever the other call calls it, and
// its row says what it reads and where its jobs run. Else nobody would find its jobs when its process dies, or would cancel those of another run.
func TestARunThatIsTakenUpKeepsItsName(t *testing.T) {
	client, dataset := bqtest.Open(t, "detached")
	run(t, client, "CREATE SCHEMA "+dataset)
	run(t, client, "CREATE TABLE "+dataset+".t "+twelveRows)
	one := map[string]string{"": "c1"}
	n := 0
	for reason, c := range map[string]struct {
		left, asked leavableCall
		takes       map[string]string // run of the call that was left, by run of the one that takes it up
	}{
		"by another workflow":     {leavableCall{one, "backfill", "here", 0}, leavableCall{one, "bf", "here", 0}, map[string]string{"bf": "backfill"}},
		"by one with a beginning": {leavableCall{one, "bf", "here", 0}, leavableCall{one, "bf", "here", 2}, map[string]string{"bf": "bf"}},
		"in another region":       {leavableCall{one, "bf", "here", 0}, leavableCall{one, "bf", "there", 0}, map[string]string{"bf": "bf"}},
		"by versions that changed names": {leavableCall{map[string]string{"left": "c1", "right": "c2"}, "bf", "here", 0},
			leavableCall{map[string]string{"left": "c2", "right": "c1"}, "bf", "here", 0}, map[string]string{"left-bf": "right-bf", "right-bf": "left-bf"}},
	} {
		t.Run(reason, func(t *testing.T) {
			reg := &cache.Memory{}
			n += 2
			first, _ := leavable(t, client, dataset, reg, n, c.left)
			rows := map[string]cache.Row{}
			for _, s := range first.Plan.Steps {
				rows[s.Run.Name] = leaveRun(t, first, s.ID)
			}
			second, submits := leavable(t, client, dataset, reg, n+1, c.asked)
			service := &runnertest.Service{}
			_, second.Watch.Jobs = service.Serve(t)
			var jobs []*dataflow.Job
			for asked, taken := range c.takes {
				submits.jobs, submits.args, submits.rows = nil, nil, nil
				row := rows[taken]
				tables, outcome, err := second.Run(t.Context(), "run-"+asked)
				if err != nil || outcome.Status != Cached || outcome.RunID != row.RunID || len(submits.jobs) != 2 {
					t.Fatalf("%+v, %+v, %v, %d jobs", tables, outcome, err, len(submits.jobs))
				}
				for i, job := range submits.jobs {
					want := map[string]string{"dit_run_id": row.RunID, "dit_experiment_id": row.ExperimentID, "dit_mode": bq.SanitizeLabel(row.Run), "dit_commit_sha": row.Key.Commit,
						"dit_pipeline": "p", "dit_phase": fmt.Sprintf("%d_main", i+2)}
					if !maps.Equal(job.Labels, want) {
						t.Errorf("the job of phase %d has the labels %v, and its row is of run %s (%s): want %v", i+2, job.Labels, row.RunID, row.Run, want)
					}
					if want := fmt.Sprintf("dit-p-main-exp-1-%s-%s-%d-3", row.Run, row.RunID, i+2); job.Name != want {
						t.Errorf("its name is %s, want %s", job.Name, want)
					}
					jobs = append(jobs, &dataflow.Job{Id: taken + fmt.Sprint(i), Name: job.Name, Labels: job.Labels, CurrentState: "JOB_STATE_RUNNING"})
					now := submits.rows[i][slices.IndexFunc(submits.rows[i], func(r cache.Row) bool { return r.ID == row.ID })]
					for _, table := range []bq.Table{second.Sources.Tables["s"].Table, second.Sources.Mutated.View, first.Sources.Tables["s"].Table, first.Sources.Mutated.View} {
						if !slices.Contains(now.Scratch, table) {
							t.Errorf("phase %d: the row says %v of what it reads, and not %s: clean-up may drop that", i+2, now.Scratch, table)
						}
					}
					if reads, err := bq.ParseTable(submits.args[i][0]); err != nil || !slices.Contains(now.Scratch, reads) {
						t.Errorf("phase %d reads %s, %v", i+2, submits.args[i][0], err)
					}
					if now.Region != c.asked.region {
						t.Errorf("its jobs run %s, and its row says %s", c.asked.region, now.Region)
					}
				}
				meta, err := row.Outputs["out"].Table.Of(client).Metadata(t.Context())
				if err != nil || meta.Labels["dit_mode"] != bq.SanitizeLabel(row.Run) || meta.Labels["dit_commit_sha"] != row.Key.Commit {
					t.Errorf("its table has the labels %v, %v", meta.Labels, err)
				}
			}
			for taken, row := range rows { // whoever takes a run over whose process died ends its jobs, and those alone
				service.Do(func() {
					service.Jobs[c.asked.region] = nil
					for _, job := range jobs {
						running := *job
						service.Jobs[c.asked.region] = append(service.Jobs[c.asked.region], &running)
					}
				})
				if err := second.bury(t.Context(), row.ID); err != nil {
					t.Fatal(err)
				}
				for _, job := range service.Jobs[c.asked.region] {
					if own := job.Id[:len(job.Id)-1] == taken; own != (job.CurrentState != "JOB_STATE_RUNNING") {
						t.Errorf("the process of %s is dead, and job %s is %s", taken, job.Id, job.CurrentState)
					}
				}
			}
		})
	}
}
