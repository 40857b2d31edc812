package job

import (
	"context"
	"fmt"
	"io"
	"math"
	"sync"
	"syscall"
	"time"

	fnpb "github.com/apache/beam/sdks/v2/go/pkg/beam/model/fnexecution_v1"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/util/grpcx"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
)

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
