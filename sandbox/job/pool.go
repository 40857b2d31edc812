package job

import (
	"context"
	"fmt"
	"net"
	"sync"

	fnpb "github.com/apache/beam/sdks/v2/go/pkg/beam/model/fnexecution_v1"
	pipepb "github.com/apache/beam/sdks/v2/go/pkg/beam/model/pipeline_v1"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"
)

// environmentParam names, in a request to start a worker, the environment that it is for.
const environmentParam = "environment"

// pool starts the SDK's workers when Prism asks for them, and is told when one dies, which
// Prism does not notice by itself.
type pool struct {
	fnpb.UnimplementedBeamFnExternalWorkerPoolServer

	run          *run
	environments map[string]*environment
	address      string
	server       *grpc.Server
	control      *control
	// died receives the first death that nobody asked for; late the first after Prism had asked for the end, which may be
	// because it lost the connection to a worker that was dying: then this is why.
	died, late chan error

	mu      sync.Mutex
	workers map[string]*sdk
}

// newPool listens on a port of the loopback interface that the kernel chooses: no two jobs share one.
func newPool(r *run, environments map[string]*environment) (*pool, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("start the worker pool: %w", err)
	}
	control, err := newControl(r.out.up)
	if err != nil {
		listener.Close()
		return nil, err
	}
	p := &pool{
		control: control, run: r, environments: environments, address: listener.Addr().String(), server: grpc.NewServer(),
		died: make(chan error, 1), late: make(chan error, 1), workers: map[string]*sdk{},
	}
	fnpb.RegisterBeamFnExternalWorkerPoolServer(p.server, p)
	go p.server.Serve(listener) // until close
	return p, nil
}

// replace makes every environment of the pipeline one of this pool. What was staged for it is installed already.
func (p *pool) replace(pipeline *pipepb.Pipeline) {
	for id, env := range pipeline.GetComponents().GetEnvironments() {
		payload, err := proto.Marshal(&pipepb.ExternalPayload{
			Endpoint: &pipepb.ApiServiceDescriptor{Url: p.address},
			Params:   map[string]string{environmentParam: id},
		})
		if err != nil {
			panic(err) // a message of two texts
		}
		env.Urn, env.Payload, env.Dependencies = "beam:env:external:v1", payload, nil
	}
}

// StartWorker is Prism's request for a worker of one environment.
func (p *pool) StartWorker(_ context.Context, request *fnpb.StartWorkerRequest) (*fnpb.StartWorkerResponse, error) {
	env := p.environments[request.GetParams()[environmentParam]]
	if env == nil {
		return &fnpb.StartWorkerResponse{Error: fmt.Sprintf("there is no environment %q", request.GetParams()[environmentParam])}, nil
	}
	control := p.control.between(request.GetControlEndpoint().GetUrl())
	worker, err := p.run.startSDK(env, request.GetWorkerId(), control, request.GetLoggingEndpoint().GetUrl())
	if err != nil {
		tell(p.died, err) // an error in the answer would make Prism panic before it says why
		return &fnpb.StartWorkerResponse{}, nil
	}
	p.mu.Lock()
	p.workers[request.GetWorkerId()] = worker
	p.mu.Unlock()
	go func() {
		err := worker.wait()
		switch {
		case err == nil:
		case worker.stopping.Load():
			tell(p.late, err)
		default:
			tell(p.died, err)
		}
	}()
	return &fnpb.StartWorkerResponse{}, nil
}

// StopWorker is Prism's request at the end of a job.
func (p *pool) StopWorker(_ context.Context, request *fnpb.StopWorkerRequest) (*fnpb.StopWorkerResponse, error) {
	p.mu.Lock()
	worker := p.workers[request.GetWorkerId()]
	p.mu.Unlock()
	if worker != nil {
		worker.stop()
	}
	return &fnpb.StopWorkerResponse{}, nil
}

// tell keeps the first death.
func tell(of chan error, err error) {
	select {
	case of <- err:
	default:
	}
}

// each does something to every worker.
func (p *pool) each(do func(*sdk)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, worker := range p.workers {
		do(worker)
	}
}

func (p *pool) close() {
	p.each((*sdk).stop)
	p.server.Stop()
	p.control.close()
}
