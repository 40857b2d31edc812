package dataflow

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/google/renameio/v2"
)

// store keeps each job in a file of its own, which is replaced as a whole.
type store struct{ dir string }

func (s store) path(id string) string { return filepath.Join(s.dir, id+".json") }

func (s store) save(r *record) error {
	content, err := json.Marshal(r)
	if err == nil {
		err = renameio.WriteFile(s.path(r.Job.Id), content, 0o644)
	}
	if err != nil {
		return fmt.Errorf("keep job %s: %w", r.Job.Id, err)
	}
	return nil
}

// load reads all jobs. Those that were not at their end when the service stopped have lost
// their workers, and fail: a job is never forgotten, and never left as if it ran.
func (s store) load(now time.Time) (map[string]*record, error) {
	if err := os.MkdirAll(s.dir, 0o755); err != nil {
		return nil, fmt.Errorf("make the directory of the jobs: %w", err)
	}
	files, err := filepath.Glob(filepath.Join(s.dir, "*.json"))
	if err != nil {
		return nil, fmt.Errorf("list the jobs in %s: %w", s.dir, err)
	}
	jobs := map[string]*record{}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("read a job: %w", err)
		}
		r := new(record)
		if err := json.Unmarshal(content, r); err != nil || r.Job == nil {
			return nil, fmt.Errorf("read the job in %s: it is not one (%v); remove the file to go on without it", file, err)
		}
		jobs[r.Job.Id] = r
		if r.ended() {
			continue
		}
		r.fail(now, "The Dataflow service was restarted while the job was in state %s; the job was lost with it. Run it again.", r.Job.CurrentState)
		if err := s.save(r); err != nil {
			return nil, err
		}
	}
	return jobs, nil
}
