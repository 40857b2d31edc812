package job

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	fnpb "github.com/apache/beam/sdks/v2/go/pkg/beam/model/fnexecution_v1"
	pipepb "github.com/apache/beam/sdks/v2/go/pkg/beam/model/pipeline_v1"

	"github.com/GlobalFishingWatch/dit/sandbox/dataflow/lease"
)

// faults is the fault that a job is to get, which comes by way of the control connection.
type faults struct {
	pool    *pool
	fault   lease.Fault
	failing func(*pipepb.PTransform) bool // nil: no step is to fail
	step    string

	first sync.Once
	begun time.Time // when data first reached the user's code
}

// inject arranges for a fault. A cancellation is the service's own affair.
func (p *pool) inject(fault lease.Fault, pipeline *pipepb.Pipeline) error {
	if fault.FailAtStep == "" && !fault.Hang && !fault.LoseWorker {
		return nil
	}
	f := &faults{pool: p, fault: fault}
	if fault.FailAtStep != "" {
		var err error
		if f.step, err = stepNamed(pipeline, fault.FailAtStep); err != nil {
			return err
		}
		f.failing = reaches(pipeline, f.step)
	}
	p.control.faults = f
	return nil
}

// stepNamed finds a step by its name, or by its number among those at the top of the pipeline.
func stepNamed(pipeline *pipepb.Pipeline, asked string) (string, error) {
	transforms := pipeline.GetComponents().GetTransforms()
	top := pipeline.GetRootTransformIds()
	if len(top) == 1 { // the SDK's own wrapping of all steps
		top = transforms[top[0]].GetSubtransforms()
	}
	var names []string
	for _, id := range top {
		names = append(names, transforms[id].GetUniqueName())
	}
	if n, err := strconv.Atoi(asked); err == nil && n >= 1 && n <= len(names) {
		return names[n-1], nil
	}
	for _, t := range transforms {
		if t.GetUniqueName() == asked {
			return asked, nil
		}
	}
	return "", fmt.Errorf("a fault was to be injected at step %q, which the pipeline does not have; its steps are: %s", asked, strings.Join(names, ", "))
}

// reaches tells the transforms that get data when a step does: the step's own, or, where the runner
// itself does the step, as it does groupings, those that take its output.
func reaches(pipeline *pipepb.Pipeline, step string) func(*pipepb.PTransform) bool {
	own, outputs := false, map[string]bool{}
	within := func(t *pipepb.PTransform) bool {
		return t.GetUniqueName() == step || strings.HasPrefix(t.GetUniqueName(), step+"/")
	}
	for _, t := range pipeline.GetComponents().GetTransforms() {
		if !within(t) || len(t.GetSubtransforms()) > 0 {
			continue
		}
		if t.GetSpec().GetUrn() == "beam:transform:pardo:v1" || strings.HasPrefix(t.GetSpec().GetUrn(), "beam:transform:combine") {
			own = true
		}
		for _, id := range t.GetOutputs() {
			outputs[id] = true
		}
	}
	if own {
		return within
	}
	takers := map[string]bool{}
	for _, t := range pipeline.GetComponents().GetTransforms() {
		for _, id := range t.GetInputs() {
			if outputs[id] && !within(t) {
				takers[t.GetUniqueName()] = true
			}
		}
	}
	return func(t *pipepb.PTransform) bool { return takers[t.GetUniqueName()] }
}

// strikes is told of every bundle before it goes to a worker. It returns the error that the bundle is to end with, "" for none.
func (f *faults) strikes(ctx context.Context, runner fnpb.BeamFnControlClient, bundle string) string {
	f.first.Do(f.begin)
	if f.failing == nil || time.Since(f.begun) < f.fault.After {
		return ""
	}
	descriptor, err := runner.GetProcessBundleDescriptor(ctx, &fnpb.GetProcessBundleDescriptorRequest{ProcessBundleDescriptorId: bundle})
	if err != nil {
		return "inject a fault: " + err.Error() // the job fails all the same
	}
	for _, t := range descriptor.GetTransforms() {
		if f.failing(t) {
			return fmt.Sprintf("Traceback (most recent call last):\nRuntimeError: a fault was injected here [while running '%s']", f.step)
		}
	}
	return ""
}

// begin is when the user's code is about to run for the first time: the clock of the fault starts.
func (f *faults) begin() {
	f.begun = time.Now()
	strike := func(signal syscall.Signal) func() {
		return func() { f.pool.each(func(w *sdk) { _ = w.cmd.Process.Signal(signal) }) }
	}
	var do func()
	switch {
	case f.fault.Hang:
		do = strike(syscall.SIGSTOP)
	case f.fault.LoseWorker:
		do = strike(syscall.SIGKILL)
	default:
		return
	}
	if f.fault.After > 0 {
		time.AfterFunc(f.fault.After, do)
		return
	}
	do()
}
