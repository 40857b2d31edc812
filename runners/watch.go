package runners

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"
)

// Watch waits for jobs: one loop for any number of them, with as few requests as tell what is to be known.
type Watch struct {
	Jobs *Jobs
	// Progress gets a line for each change of a job's state, and its messages while it is watched with few others. Its lines begin
	// with Prefix.
	Progress io.Writer
	Prefix   string
	// Timeout is how long a job may take from its creation; one that takes longer is cancelled. 0 for no end.
	Timeout time.Duration
	// Stuck is how long a job may go on without any change of its state, messages or metrics before that is said; 0 for never.
	// One that is then to be cancelled is, with CancelStuck.
	Stuck       time.Duration
	CancelStuck bool
	// Soonest is the shortest pause between two looks; 0 for a second.
	Soonest time.Duration
}

// latest is the longest pause between two looks: who waits for an hour does not mind.
const latest = 30 * time.Second

// few is how many jobs are looked at one by one, with their messages. More are looked at by lists, which tell of hundreds at once.
const few = 4

// watched is a job that is waited for.
type watched struct {
	Job
	// moved is when something was last seen to change; heard is the time of the last message.
	moved, heard time.Time
	// counted are its metrics when they were last asked for, at the time asked.
	counted string
	asked   time.Time
	warned  bool
	// deaf is until when its messages are not asked for again; unknown are what of it could not be asked for, which is said once.
	deaf    time.Time
	unknown map[string]bool
	// stopped says why it was cancelled here.
	stopped string
}

// Until returns when all jobs have ended, with their reports in the order of the jobs. What a look does not tell is asked for again
// at the next one; a service that refuses to tell is an error. When the context ends, the jobs go on.
func (w Watch) Until(ctx context.Context, jobs []Job) ([]JobReport, error) {
	reports := make([]JobReport, len(jobs))
	open := map[int]*watched{}
	for i, job := range jobs {
		open[i] = &watched{Job: job, moved: time.Now(), asked: time.Now(), unknown: map[string]bool{}}
	}
	for {
		if err := w.look(ctx, open); err != nil {
			return nil, err
		}
		var moved time.Time
		for _, i := range slices.Sorted(maps.Keys(open)) {
			job := open[i]
			if job.moved.After(moved) {
				moved = job.moved
			}
			if job.Ended() {
				var err error
				if reports[i], err = w.Jobs.report(ctx, job.Job); err != nil {
					w.say(job.Job, "what it used is not known: %v", err)
				}
				if job.stopped != "" {
					reports[i].Errors = append(reports[i].Errors, job.stopped)
				}
				delete(open, i)
			}
		}
		if len(open) == 0 {
			return reports, nil
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("stopped waiting for %d Dataflow jobs: %w", len(open), context.Cause(ctx))
		case <-time.After(w.pause(time.Since(moved))):
		}
	}
}

// pause is a twentieth of the time in which nothing has changed: so the look that finds the end is late by as little, and a job
// of hours costs few looks.
func (w Watch) pause(still time.Duration) time.Duration {
	soonest := w.Soonest
	if soonest == 0 {
		soonest = time.Second
	}
	return min(max(still/20, soonest), latest)
}

// look brings the jobs up to date.
func (w Watch) look(ctx context.Context, open map[int]*watched) error {
	lists := map[string]map[string]Job{}
	for _, i := range slices.Sorted(maps.Keys(open)) {
		job := open[i]
		now, err := w.state(ctx, job.Job, len(open), lists)
		if err != nil {
			return err
		}
		if now.State != job.State {
			job.moved, job.warned = time.Now(), false
			w.say(now, "is %s", now.Said())
		}
		job.Job = now
		if len(open) <= few {
			w.listen(ctx, job)
		}
		if !job.Ended() {
			w.doubt(ctx, job)
		}
	}
	return nil
}

// state is the job as it is now: from a list of all that run in its region, where many are watched. One that is not in it has ended.
func (w Watch) state(ctx context.Context, job Job, many int, lists map[string]map[string]Job) (Job, error) {
	if many > few {
		list, known := lists[job.Region]
		if !known {
			var err error
			if list, err = w.Jobs.active(ctx, job.Region); err != nil {
				return job, err
			}
			lists[job.Region] = list
		}
		if now, runs := list[job.ID]; runs {
			now.RunID = job.RunID // a list promises no labels
			return now, nil
		}
	}
	return w.Jobs.look(ctx, job)
}

// silence is how long messages that could not be had are not asked for again: meanwhile only the state is.
const silence = time.Minute

// listen passes on what the job has said since. Trouble with that is not trouble with the job.
func (w Watch) listen(ctx context.Context, job *watched) {
	if time.Now().Before(job.deaf) {
		return
	}
	said, err := w.Jobs.aside().messages(ctx, job.Job, "JOB_MESSAGE_BASIC", job.heard)
	if w.knows(job, "messages", err); err != nil {
		job.deaf = time.Now().Add(silence)
	}
	for _, m := range said {
		w.say(job.Job, "%s", m.text)
		job.heard, job.moved, job.warned = m.at, time.Now(), false
	}
}

// doubt looks whether the job takes too long, or does nothing any more.
func (w Watch) doubt(ctx context.Context, job *watched) {
	if w.Timeout > 0 && !job.Created.IsZero() && time.Since(job.Created) > w.Timeout {
		w.stop(ctx, job, fmt.Sprintf("cancelled: it took longer than %s", w.Timeout))
	}
	if w.Stuck == 0 || time.Since(job.asked) < w.Stuck/3 {
		return
	}
	job.asked = time.Now()
	metrics, err := w.Jobs.aside().metrics(ctx, job.Job)
	if w.knows(job, "metrics", err); err != nil { // who cannot see whether it moves does not say that it stands still
		if job.counted == "" {
			job.moved = time.Now()
		}
		return
	}
	if counted := fmt.Sprint(usage(metrics, job.Streaming), len(metrics)); counted != job.counted {
		if job.counted != "" {
			job.moved, job.warned = time.Now(), false
		}
		job.counted = counted
	}
	still := time.Since(job.moved)
	if still < w.Stuck || job.warned {
		return
	}
	job.warned = true
	w.say(job.Job, "has made no progress for %s", still.Round(time.Second))
	if w.CancelStuck {
		w.stop(ctx, job, fmt.Sprintf("cancelled: it made no progress for %s", still.Round(time.Second)))
	}
}

// stop cancels the job, once it can be.
func (w Watch) stop(ctx context.Context, job *watched, why string) {
	if job.stopped != "" {
		return
	}
	if err := w.Jobs.Cancel(ctx, job.Job); err != nil {
		w.say(job.Job, "%v", err)
		job.warned = false // to be tried again
		return
	}
	job.stopped = why
}

// knows says that something of the job cannot be asked for, once until it can.
func (w Watch) knows(job *watched, what string, err error) {
	if err != nil && !job.unknown[what] {
		w.say(job.Job, "its %s are not known: %v", what, err)
	}
	job.unknown[what] = err != nil
}

func (w Watch) say(job Job, format string, args ...any) {
	if w.Progress != nil {
		_, _ = fmt.Fprintf(w.Progress, "%sjob %s %s\n", w.Prefix, job.ID, fmt.Sprintf(format, args...))
	}
}
