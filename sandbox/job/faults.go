package job

import (
	"context"
	"fmt"
	"io"
	"math"
	"net"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	fnpb "github.com/apache/beam/sdks/v2/go/pkg/beam/model/fnexecution_v1"
	pipepb "github.com/apache/beam/sdks/v2/go/pkg/beam/model/pipeline_v1"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/util/grpcx"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

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

// between takes the place of the runner's control service at the given address.
func (f *faults) between(runner string) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.runner = runner
	return f.address
}

// control connects to the runner.
func (f *faults) control() (fnpb.BeamFnControlClient, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.conn == nil {
		conn, err := grpc.NewClient(f.runner, grpc.WithTransportCredentials(insecure.NewCredentials()),
			grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(math.MaxInt32)))
		if err != nil {
			return nil, fmt.Errorf("inject a fault: %w", err)
		}
		f.conn = conn
	}
	return fnpb.NewBeamFnControlClient(f.conn), nil
}

// GetProcessBundleDescriptor passes a worker's question on.
func (f *faults) GetProcessBundleDescriptor(ctx context.Context, request *fnpb.GetProcessBundleDescriptorRequest) (*fnpb.ProcessBundleDescriptor, error) {
	runner, err := f.control()
	if err != nil {
		return nil, err
	}
	return runner.GetProcessBundleDescriptor(forward(ctx), request)
}

// forward keeps the name of the worker that a request comes from.
func forward(ctx context.Context) context.Context {
	if id, err := grpcx.ReadWorkerID(ctx); err == nil {
		return grpcx.WriteWorkerID(ctx, id)
	}
	return ctx
}

// Control passes instructions on to a worker and its answers back, and fails those that the fault is for.
func (f *faults) Control(worker fnpb.BeamFnControl_ControlServer) error {
	client, err := f.control()
	if err != nil {
		return err
	}
	ctx := forward(worker.Context())
	runner, err := client.Control(ctx)
	if err != nil {
		return err
	}
	var sending sync.Mutex // answers come from the worker and from the fault
	answer := func(response *fnpb.InstructionResponse) error {
		sending.Lock()
		defer sending.Unlock()
		return runner.Send(response)
	}
	go func() {
		defer runner.CloseSend()
		for {
			response, err := worker.Recv()
			if err != nil || answer(response) != nil {
				return
			}
		}
	}()
	for {
		request, err := runner.Recv()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if bundle := request.GetProcessBundle(); bundle != nil {
			f.first.Do(f.begin)
			if f.isFor(ctx, client, bundle.GetProcessBundleDescriptorId()) {
				text := fmt.Sprintf("Traceback (most recent call last):\nRuntimeError: a fault was injected here [while running '%s']", f.step)
				if err := answer(&fnpb.InstructionResponse{InstructionId: request.GetInstructionId(), Error: text}); err != nil {
					return err
				}
				continue
			}
		}
		if err := worker.Send(request); err != nil {
			return err
		}
	}
}

// begin is when the user's code is about to run for the first time.
func (f *faults) begin() {
	f.mu.Lock()
	f.begun = time.Now()
	f.mu.Unlock()
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

// isFor tells whether a bundle brings data to the step that is to fail.
func (f *faults) isFor(ctx context.Context, runner fnpb.BeamFnControlClient, bundle string) bool {
	f.mu.Lock()
	early := time.Since(f.begun) < f.fault.After
	f.mu.Unlock()
	if f.failing == nil || early {
		return false
	}
	descriptor, err := runner.GetProcessBundleDescriptor(ctx, &fnpb.GetProcessBundleDescriptorRequest{ProcessBundleDescriptorId: bundle})
	if err != nil {
		return false
	}
	for _, t := range descriptor.GetTransforms() {
		if f.failing(t) {
			return true
		}
	}
	return false
}

func (f *faults) close() {
	f.server.Stop()
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.conn != nil {
		f.conn.Close()
	}
}
