package job

import (
	"context"
	"fmt"
	"io"
	"math"
	"net"
	"sync"

	fnpb "github.com/apache/beam/sdks/v2/go/pkg/beam/model/fnexecution_v1"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/util/grpcx"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
)

// control stands between the runner and the SDK's workers, on the connection where the runner tells them what to do
// (data goes past it). So it knows when the first worker is up, which nobody else tells, and when data reaches a step.
type control struct {
	fnpb.UnimplementedBeamFnControlServer

	address string
	server  *grpc.Server
	// up is called when the first worker has connected.
	up func()
	// faults may be nil.
	faults *faults

	mu     sync.Mutex
	runner string // the address of the runner
	conn   *grpc.ClientConn
}

// newControl listens on a port of the loopback interface that the kernel chooses.
func newControl(up func()) (*control, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("open the control connection: %w", err)
	}
	var once sync.Once
	c := &control{address: listener.Addr().String(), server: grpc.NewServer(grpc.MaxRecvMsgSize(math.MaxInt32)), up: func() { once.Do(up) }}
	fnpb.RegisterBeamFnControlServer(c.server, c)
	go c.server.Serve(listener) // until close
	return c, nil
}

// between takes the place of the runner's control service at the given address.
func (c *control) between(runner string) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.runner = runner
	return c.address
}

// dial connects to the runner.
func (c *control) dial() (fnpb.BeamFnControlClient, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.conn == nil {
		conn, err := grpc.NewClient(c.runner, grpc.WithTransportCredentials(insecure.NewCredentials()),
			grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(math.MaxInt32)))
		if err != nil {
			return nil, fmt.Errorf("connect the SDK's worker to the runner: %w", err)
		}
		c.conn = conn
	}
	return fnpb.NewBeamFnControlClient(c.conn), nil
}

// GetProcessBundleDescriptor passes a worker's question on.
func (c *control) GetProcessBundleDescriptor(ctx context.Context, request *fnpb.GetProcessBundleDescriptorRequest) (*fnpb.ProcessBundleDescriptor, error) {
	runner, err := c.dial()
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

// Control passes instructions on to a worker and its answers back, but for those that a fault answers.
func (c *control) Control(worker fnpb.BeamFnControl_ControlServer) error {
	client, err := c.dial()
	if err != nil {
		return err
	}
	ctx := forward(worker.Context())
	runner, err := client.Control(ctx)
	if err != nil {
		return err
	}
	c.up()
	var sending sync.Mutex // answers come from the worker and from a fault
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
		if bundle := request.GetProcessBundle(); bundle != nil && c.faults != nil {
			if text := c.faults.strikes(ctx, client, bundle.GetProcessBundleDescriptorId()); text != "" {
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

func (c *control) close() {
	c.server.Stop()
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.conn != nil {
		c.conn.Close()
	}
}
