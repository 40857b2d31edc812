package runners

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/GlobalFishingWatch/dit/workflows"
)

// Dataflow has the command submit a job to Dataflow, and waits for that job by asking the service.
type Dataflow struct {
	Jobs    *Jobs
	Options workflows.Dataflow
	// Submitter runs the command that submits.
	Submitter Direct
	// Watch says how jobs are waited for; its Jobs, Progress and Prefix are set here.
	Watch Watch
	// Appear is how long after the command's end its job may be missing from the service's lists; 0 for half a minute.
	Appear time.Duration
}

var _ Runner = Dataflow{}

// Kind implements [Runner].
func (Dataflow) Kind() string { return "dataflow" }

// Arguments implements [Runner].
func (d Dataflow) Arguments(in Invocation) []string {
	if in.Job == nil {
		return nil
	}
	return arguments(d.Options, in.Args, in.Job)
}

// Submit implements [Runner]. A command that submits nothing, because that is not what it is for, is run directly.
//
// The job is looked for by its name and its label of the run, since what a command prints is its own affair. One that ends without a
// job, or with two, has failed; those are then cancelled. A command that failed before it had a job, of something that passes,
// is tried again.
func (d Dataflow) Submit(ctx context.Context, in Invocation, progress io.Writer) (Handle, error) {
	if in.Job == nil {
		return d.Submitter.Submit(ctx, in, progress)
	}
	if err := context.Cause(ctx); err != nil {
		return nil, fmt.Errorf("%s: %w", in.Name, err)
	}
	// What cannot be found cannot be waited for or cancelled: then nothing is submitted. It is asked once: the job of an attempt that
	// failed may appear during the next, and is ours.
	earlier, err := d.Jobs.Named(ctx, d.Options.Region, in.Job.Name)
	if err != nil {
		return nil, fmt.Errorf("%s: look for jobs with the name of its own, before it is submitted: %w", in.Name, err)
	}
	for attempt := 1; ; attempt++ {
		h, err := d.submit(ctx, in, earlier, progress)
		if err != nil {
			return nil, err
		}
		if !h.process.has() || len(h.jobs) > 0 || h.process.result.ExitCode == 0 {
			return h, nil
		}
		reason := last(h.process.result.LogTail, passes)
		if denied := last(h.process.result.LogTail, denies); reason == "" && denied != "" {
			h.outside = true
			h.problem = fmt.Sprintf("could not submit its job, since access is denied: %s; who submits needs roles/dataflow.developer on project %s, "+
				"roles/iam.serviceAccountUser on the workers' account (--service-account), and roles/storage.objectAdmin on the buckets", denied, d.Jobs.Project)
		}
		if reason == "" {
			return h, nil
		}
		if attempt == submissions {
			h.outside = true
			h.problem = fmt.Sprintf("could not submit its job in %d attempts, for a reason that may pass: %s; ask again later, or see to the quota", attempt, reason)
			return h, nil
		}
		pause := d.Jobs.pauses(time.Minute)
		pause.InitialInterval *= 5
		wait := pause.NextBackOff() * time.Duration(attempt)
		if progress != nil {
			fmt.Fprintf(progress, "[%s] could not submit its job, for a reason that may pass; again in %s\n", in.Name, wait.Round(time.Second))
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("%s: %w", in.Name, context.Cause(ctx))
		case <-time.After(wait):
		}
	}
}

// submissions is how often a command is run that fails before it has a job.
const submissions = 3

// submit runs the command until its job is known, or it has ended.
func (d Dataflow) submit(ctx context.Context, in Invocation, earlier []Job, progress io.Writer) (*submitted, error) {
	began := time.Now()
	p, err := d.Submitter.start(in, progress)
	if err != nil {
		return nil, err
	}
	h := &submitted{runner: d, in: in, process: p, progress: progress, earlier: earlier, began: began}
	if err = h.appear(ctx); err == nil {
		return h, nil
	}
	ending, done := context.WithTimeout(context.WithoutCancel(ctx), cancelTime)
	defer done()
	if left := h.Cancel(ending); left != nil {
		err = fmt.Errorf("%w; what it has submitted may run on, until dit gc --apply ends it: %v", err, left)
	}
	return nil, err
}

// submitted is an invocation whose command was started.
type submitted struct {
	runner   Dataflow
	in       Invocation
	process  *process
	progress io.Writer
	jobs     []Job
	// earlier are jobs that had the name before the command was started. Also one with the label of the run is not what it submits: who
	// chooses a run id may choose one that is known in another dataset.
	earlier []Job
	began   time.Time
	// problem says why what was submitted cannot be what was meant, or nothing could be; outside that the service would not have it.
	problem string
	outside bool
}

// Jobs implements [Handle].
func (h *submitted) Jobs() []Job { return h.jobs }

// appear returns when the job is known, or it is known that there is none. While a command that waits for its job runs, the service
// is asked; of one that does not, the end is waited for.
func (h *submitted) appear(ctx context.Context) error {
	for pauses := h.runner.Jobs.pauses(10 * time.Second); ; {
		var look <-chan time.Time
		if !h.in.Job.Detached {
			look = time.After(2 * pauses.NextBackOff())
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%s: stopped before its job was known: %w", h.in.Name, context.Cause(ctx))
		case <-h.process.ended:
			return h.settle(ctx)
		case <-look:
			if err := h.find(ctx); err != nil || len(h.jobs) > 0 {
				return err
			}
		}
	}
}

// settle looks for the job of a command that has ended. A job may appear in lists a moment after it was made.
func (h *submitted) settle(ctx context.Context) error {
	latest := time.Now().Add(h.runner.Appear)
	if h.runner.Appear == 0 {
		latest = time.Now().Add(30 * time.Second)
	}
	for pauses := h.runner.Jobs.pauses(5 * time.Second); ; {
		if err := h.find(ctx); err != nil || len(h.jobs) > 0 || h.problem != "" {
			return err
		}
		if h.process.result.ExitCode != 0 || time.Now().After(latest) {
			break
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%s: stopped while its job was looked for: %w", h.in.Name, context.Cause(ctx))
		case <-time.After(pauses.NextBackOff()):
		}
	}
	if h.process.result.ExitCode == 0 {
		h.problem = fmt.Sprintf("ended with exit code 0 and has not submitted a job: region %s of project %s has none with the name %s; its descriptor says that it submits one",
			h.runner.Options.Region, h.runner.Jobs.Project, h.in.Job.Name)
	}
	return nil
}

// find looks for the job by its name, and once it is there for others that the command has submitted.
func (h *submitted) find(ctx context.Context) error {
	jobs, region, own := h.runner.Jobs, h.runner.Options.Region, h.in.Job.Labels[RunLabel]
	named, err := jobs.Named(ctx, region, h.in.Job.Name)
	if err != nil {
		return fmt.Errorf("%s: look for its job: %w", h.in.Name, err)
	}
	for _, job := range named {
		switch known := slices.ContainsFunc(h.earlier, func(e Job) bool { return e.ID == job.ID }); {
		case job.RunID == own && !known:
			h.jobs = append(h.jobs, job)
		case !job.Ended(): // names are unique among those that have not ended: the service has refused ours
			h.problem = fmt.Sprintf("its job could not be submitted: the name %s is taken by job %s, which is %s and of run %q", job.Name, job.ID, job.Said(), job.RunID)
		}
	}
	return nil
}

// Wait implements [Handle]. The service's word on the job is the truth; a process that waits for it too has its own end besides.
func (h *submitted) Wait(ctx context.Context) (Result, error) {
	var reports []JobReport
	if len(h.jobs) > 0 {
		w := h.runner.Watch
		w.Jobs, w.Progress, w.Prefix = h.runner.Jobs, h.progress, "["+h.in.Name+"] "
		watching, done := context.WithCancel(ctx)
		defer done()
		go h.bury(watching)
		var err error
		if reports, err = w.Until(ctx, h.jobs); err != nil {
			return Result{}, fmt.Errorf("%s: %w", h.in.Name, err)
		}
	}
	result, err := h.process.Wait(ctx)
	if err != nil {
		return result, err
	}
	result.Finished, result.Jobs = time.Now().UTC(), reports
	result.Problem, result.Outside = h.ended(ctx, result), h.outside
	return result, nil
}

// bury cancels the jobs of a process that fails before they have ended: whatever becomes of them, the invocation has failed.
func (h *submitted) bury(ctx context.Context) {
	select {
	case <-ctx.Done():
	case <-h.process.ended:
		for _, job := range h.jobs {
			if h.process.result.ExitCode != 0 {
				_ = h.runner.Jobs.Cancel(ctx, job) // that it goes on is seen by who waits for it
			}
		}
	}
}

// ended says why the invocation did not end well; empty when it did.
func (h *submitted) ended(ctx context.Context, result Result) string {
	if h.problem != "" {
		return h.problem + h.strays(ctx)
	}
	for _, r := range result.Jobs {
		if p := r.Problem(); p != "" && r.State == "CANCELLED" && result.Problem != "" {
			return fmt.Sprintf("%s, and its %s", result.Problem, p)
		} else if p != "" {
			return p
		}
	}
	others, err := h.others(ctx)
	switch {
	case err != nil:
		return fmt.Sprintf("it is not known whether it submitted more jobs than one: %v", err)
	case len(others) > 0:
		h.discard(ctx, others)
		return fmt.Sprintf("submitted more jobs than one: %s (%s) beside %s; its descriptor should have a step for each", others[0].ID, others[0].Name, h.in.Job.Name)
	case result.Problem != "" && len(result.Jobs) > 0:
		return fmt.Sprintf("%s, although its Dataflow job %s is %s", result.Problem, result.Jobs[0].ID, result.Jobs[0].State)
	}
	return result.Problem
}

// strays ends the jobs of an invocation that has none of the name it was given, and says so.
func (h *submitted) strays(ctx context.Context) string {
	others, err := h.others(ctx)
	if err != nil {
		return fmt.Sprintf("; whether it has submitted others is not known: %v", err)
	}
	if len(others) == 0 {
		return ""
	}
	h.discard(ctx, others)
	return fmt.Sprintf("; it has submitted job %s under the name %s, which is cancelled: it must pass --job_name on to Beam", others[0].ID, others[0].Name)
}

// discard asks for the end of jobs that should not be there. The run has failed, whether or not they can be cancelled.
func (h *submitted) discard(ctx context.Context, jobs []Job) {
	for _, job := range jobs {
		_ = h.runner.Jobs.Cancel(ctx, job)
	}
}

// skew is by how much the service's clock may lie behind this machine's.
const skew = 10 * time.Minute

// others are jobs with the labels of this invocation under other names: also such as have ended already, since what they wrote is in the tables.
func (h *submitted) others(ctx context.Context) (others []Job, err error) {
	all, err := h.runner.Jobs.labelledAs(ctx, h.runner.Options.Region, h.in.Job.Labels, h.began.Add(-skew))
	for _, job := range all {
		if job.Name != h.in.Job.Name {
			others = append(others, job)
		}
	}
	return others, err
}

// Cancel implements [Handle]: the process first, so that it submits nothing more, and then all its jobs.
func (h *submitted) Cancel(ctx context.Context) error {
	err := h.process.Cancel(ctx)
	if len(h.jobs) == 0 {
		err = errors.Join(err, h.find(ctx))
	}
	others, problem := h.others(ctx)
	err = errors.Join(err, problem)
	for _, job := range append(others, h.jobs...) {
		if !job.Ended() {
			err = errors.Join(err, h.runner.Jobs.Cancel(ctx, job))
		}
	}
	for _, job := range append(others, h.jobs...) {
		if _, problem := h.runner.Jobs.Wait(ctx, job); problem != nil {
			err = errors.Join(err, problem)
		}
	}
	return err
}
