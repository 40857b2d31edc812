package job

import (
	"fmt"
	"math"
	"net"
	"strconv"
	"strings"
	"sync"
	"time"

	fnpb "github.com/apache/beam/sdks/v2/go/pkg/beam/model/fnexecution_v1"
	pipepb "github.com/apache/beam/sdks/v2/go/pkg/beam/model/pipeline_v1"
	"google.golang.org/grpc"

	"github.com/GlobalFishingWatch/dit/sandbox/dataflow/lease"
)

// faults stands between the runner and the SDK's workers, on the connection where the runner
// tells them what to do, and so knows when data reaches a step. It is there only for jobs that are to get a fault.
type faults struct {
	fnpb.UnimplementedBeamFnControlServer

	pool    *pool
	fault   lease.Fault
	failing func(*pipepb.PTransform) bool // nil: no step is to fail
	step    string
	address string
	server  *grpc.Server
	first   sync.Once
	begun   time.Time

	mu     sync.Mutex
	runner string // the address of the runner
	conn   *grpc.ClientConn
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
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("inject a fault: %w", err)
	}
	f.address = listener.Addr().String()
	f.server = grpc.NewServer(grpc.MaxRecvMsgSize(math.MaxInt32))
	fnpb.RegisterBeamFnControlServer(f.server, f)
	go f.server.Serve(listener) // until close
	p.faults = f
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
