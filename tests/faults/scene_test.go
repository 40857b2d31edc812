//go:build faults

package faults_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	dataflow "google.golang.org/api/dataflow/v1b3"
	"google.golang.org/api/iterator"

	"github.com/GlobalFishingWatch/dit/bq"
	"github.com/GlobalFishingWatch/dit/cache"
	"github.com/GlobalFishingWatch/dit/runners"
)

// regions are where scenes play: each has one for itself, and so can have faults of Dataflow that no other sees.
var regions = strings.Fields(`asia-east1 asia-east2 asia-northeast1 asia-northeast2 asia-northeast3 asia-south1 asia-south2 asia-southeast1 asia-southeast2
	australia-southeast1 australia-southeast2 europe-central2 europe-north1 europe-north2 europe-southwest1 europe-west1 europe-west2 europe-west3 europe-west4
	europe-west6 europe-west8 europe-west9 europe-west10 europe-west12 me-central1 me-central2 me-west1 northamerica-northeast1 northamerica-northeast2
	northamerica-south1 southamerica-east1 southamerica-west1 us-central1 us-east1 us-east4 us-east5 us-east7 us-south1 us-west1 us-west2 us-west3 us-west4`)

// scenes counts those that there were; free are the numbers of the regions where none plays.
var (
	scenes atomic.Int32
	free   = func() chan int {
		all := make(chan int, len(regions))
		for i := range regions {
			all <- i
		}
		return all
	}()
)

// scene is where one fault is tried: a dataset with a registry, a region and a bucket that no other scene has.
type scene struct {
	t                            *testing.T
	tag, dataset, region, bucket string
	reg                          cache.BigQuery
	began                        time.Time
	// lease is calm, which a machine under load cannot miss, unless the scene waits for its end.
	lease     time.Duration
	rules     []rule
	processes []*process
	// planted are jobs that the test made itself.
	planted []*dataflow.Job
}

// rule is a fault in force, or several of which one must strike.
type rule struct {
	text string
	ids  []string
}

const (
	calm  = 2 * time.Minute
	short = 20 * time.Second
)

func bucket(n int) string { return fmt.Sprintf("faults-%d", n) }

// play makes a scene. What is left of it is looked at when the test ends.
func play(t *testing.T) *scene {
	t.Helper()
	place := <-free
	s := &scene{t: t, began: time.Now(), tag: fmt.Sprintf("faults_%d", scenes.Add(1)), region: regions[place], bucket: bucket(place), lease: calm}
	s.dataset = s.tag
	s.reg = cache.BigQuery{Client: world.client, Dataset: s.dataset}
	t.Cleanup(func() {
		s.calm()
		free <- place
		if t.Failed() {
			for _, p := range s.processes {
				t.Logf("%q said:\n%s", p.cmd.Args[1:3], p.text())
			}
		}
	})
	return s
}

// temp is where temporary objects go.
func (s *scene) temp() string { return "gs://" + s.bucket + "/tmp" }

// state makes the file with the state of the source once, for all scenes read the same table.
var state sync.Mutex

func (s *scene) sources(c *call) string {
	s.t.Helper()
	state.Lock()
	defer state.Unlock()
	if world.sources == "" {
		file := filepath.Join(world.dir, "sources.json")
		s.command(0, "step", "source", "--plan", filepath.Join(c.dir, "plan.json"), "--out", file)
		world.sources = file
	}
	return world.sources
}

// fault puts a rule in force, with {region}, {dataset}, {bucket} written out. In a path, {job} stands for the id of any job, and nothing
// behind it: the rule is then one for each digit with which an id ends.
func (s *scene) fault(text string) {
	s.t.Helper()
	text = strings.NewReplacer("{region}", s.region, "{dataset}", s.dataset, "{bucket}", s.bucket, "{tag}", s.tag).Replace(text)
	r := rule{text: text}
	for digit := range 10 {
		one := strings.ReplaceAll(text, "{job}", fmt.Sprintf("*%d", digit))
		answer, err := http.Post(api+"/sandbox/faults", "application/x-www-form-urlencoded", strings.NewReader(one))
		if err != nil {
			s.t.Fatal(err)
		}
		var made struct{ ID string }
		err = json.NewDecoder(answer.Body).Decode(&made)
		answer.Body.Close()
		if err != nil || answer.StatusCode != http.StatusOK && answer.StatusCode != http.StatusCreated {
			s.t.Fatalf("rule %s: %s, %v", one, answer.Status, err)
		}
		r.ids = append(r.ids, made.ID)
		if one == text {
			break
		}
	}
	s.rules = append(s.rules, r)
}

// struck is how often each rule of the scene has.
func (s *scene) struck() []int {
	s.t.Helper()
	answer, err := http.Get(api + "/sandbox/faults")
	if err != nil {
		s.t.Fatal(err)
	}
	defer answer.Body.Close()
	var all struct {
		Faults []struct {
			ID     string
			Struck int
		}
	}
	if err := json.NewDecoder(answer.Body).Decode(&all); err != nil {
		s.t.Fatal(err)
	}
	counts := make([]int, len(s.rules))
	for _, f := range all.Faults {
		for i, r := range s.rules {
			if slices.Contains(r.ids, f.ID) {
				counts[i] += f.Struck
			}
		}
	}
	return counts
}

// calm ends the scene's faults.
func (s *scene) calm() {
	for _, r := range s.rules {
		for _, id := range r.ids {
			request, err := http.NewRequestWithContext(context.Background(), http.MethodDelete, api+"/sandbox/faults/"+url.PathEscape(id), nil)
			if err == nil {
				var answer *http.Response
				if answer, err = http.DefaultClient.Do(request); err == nil {
					answer.Body.Close()
				}
			}
			if err != nil {
				s.t.Error(err)
			}
		}
	}
	s.rules = nil
}

// all are the scene's jobs, the oldest first. It must be calm.
func (s *scene) all() []*dataflow.Job {
	s.t.Helper()
	list, err := world.jobs.Projects.Locations.Jobs.List(project, s.region).PageSize(1000).Do()
	if err != nil {
		s.t.Fatal(err)
	}
	slices.Reverse(list.Jobs)
	return slices.DeleteFunc(list.Jobs, func(job *dataflow.Job) bool { // of the scene that was here before
		created, err := time.Parse(time.RFC3339Nano, job.CreateTime)
		return err != nil || created.Before(s.began)
	})
}

// active are the scene's jobs that have not ended.
func (s *scene) active() (jobs []*dataflow.Job) {
	for _, job := range s.all() {
		if !(runners.Job{State: job.CurrentState}).Ended() {
			jobs = append(jobs, job)
		}
	}
	return jobs
}

// running waits until a job of the scene runs, and says which.
func (s *scene) running() *dataflow.Job {
	s.t.Helper()
	var found *dataflow.Job
	s.until(2*time.Minute, "a job runs in "+s.region, func() bool {
		for _, job := range s.all() {
			if job.CurrentState == "JOB_STATE_RUNNING" {
				found = job
			}
		}
		return found != nil
	})
	return found
}

// noted waits until the registry has the job of a run.
func (s *scene) noted(job string) {
	s.t.Helper()
	s.until(time.Minute, "the registry has job "+job, func() bool {
		time.Sleep(500 * time.Millisecond) // it is asked with a query
		return slices.ContainsFunc(s.rows(), func(r cache.Row) bool { return slices.Contains(r.JobIDs, job) })
	})
}

// says waits until the process has said something.
func (s *scene) says(p *process, what string) {
	s.t.Helper()
	s.until(2*time.Minute, "the process says "+what, func() bool { return strings.Contains(p.text(), what) })
}

func (s *scene) until(most time.Duration, what string, is func() bool) {
	s.t.Helper()
	if err := until(most, what, is); err != nil {
		s.t.Fatal(err)
	}
}

// rows are those of the scene's registry.
func (s *scene) rows() []cache.Row {
	s.t.Helper()
	found, err := s.reg.List(s.t.Context(), cache.Filter{})
	if err != nil {
		s.t.Fatal(err)
	}
	return found
}

// exists tells whether the scene's dataset has the table.
func (s *scene) exists(table string) bool {
	s.t.Helper()
	_, err := world.client.Dataset(s.dataset).Table(table).Metadata(s.t.Context())
	if err = bq.Classify(err); err != nil && !errors.Is(err, bq.ErrNotFound) {
		s.t.Fatal(err)
	}
	return err == nil
}

// row is that of a call.
func (s *scene) row(c *call) cache.Row {
	s.t.Helper()
	for _, r := range s.rows() {
		if r.RunID == c.runID() {
			return r
		}
	}
	s.t.Fatalf("the registry has no row of run %s", c.runID())
	return cache.Row{}
}

// audit checks what must be true once all processes have ended, whatever happened: no job and no child runs on, every row has an end
// and those that succeeded have the tables that the pipeline should make; and what is left after a clean-up somebody needs. Jobs that
// were left running on purpose, and their rows, are excepted with left.
func (s *scene) audit(left bool) {
	s.t.Helper()
	s.calm()
	if jobs := s.active(); len(jobs) > 0 && !left {
		_ = until(5*time.Second, "", func() bool { jobs = s.active(); return len(jobs) == 0 }) // asked to end, and not waited for
		for _, job := range jobs {
			s.t.Errorf("job %s (%s) is left as %s", job.Id, job.Name, job.CurrentState)
		}
	}
	for _, p := range s.processes {
		if len(p.alive(s.t)) > 0 {
			_ = until(2*time.Second, "", func() bool { return len(p.alive(s.t)) == 0 })
		}
		if alive := p.alive(s.t); len(alive) > 0 {
			s.t.Errorf("%q left processes behind: %q", p.cmd.Args[1:3], alive)
		}
	}
	for _, r := range s.rows() {
		switch {
		case r.Status == cache.Running, r.Status == cache.Detached && !left:
			s.t.Errorf("run %s is still %s", r.RunID, r.Status)
		case r.Status == cache.Succeeded:
			for _, o := range r.Outputs {
				if diff := gocmp.Diff(truth(s.t, r.Key.Phases), rows(s.t, o.Table.SQL())); diff != "" {
					s.t.Errorf("run %s succeeded, and %s is (-want +got)\n%s", r.RunID, o.Table, diff)
				}
			}
		}
	}
}

// collect cleans up where a run has not succeeded, and looks whether somebody needs what is left.
func (s *scene) collect() {
	s.t.Helper()
	found := s.rows()
	if slices.ContainsFunc(found, func(r cache.Row) bool { return r.Status != cache.Succeeded }) {
		s.command(0, "gc", "--apply", "--dataset", s.dataset, "--grace", "0s", "--call-time", "0s")
		found = s.rows()
	}
	needed := map[string]bool{}
	for _, r := range found {
		for _, table := range r.Tables() {
			if r.Status == cache.Succeeded || r.Status == cache.Failed && len(r.Phases) > 0 {
				needed[table.Name] = true
			}
		}
	}
	for tables := world.client.Dataset(s.dataset).Tables(s.t.Context()); ; {
		found, err := tables.Next()
		if errors.Is(err, iterator.Done) {
			return
		} else if err != nil {
			s.t.Fatal(err)
		}
		if !needed[found.TableID] && !strings.HasPrefix(found.TableID, "dit_") {
			s.t.Errorf("table %s is left, and no row that lives names it", found.TableID)
		}
	}
}
