//go:build sandbox

// Package e2e tests the sandbox as its users meet it: the official clients against the
// running front and the real engine. It needs the engine's command in DIT_SANDBOX_ENGINE.
package e2e

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/GlobalFishingWatch/dit/sandbox/fault"
	"github.com/GlobalFishingWatch/dit/sandbox/serve"
)

const project = "dit-sandbox"

// address is the API port of the sandbox that all tests share.
var address string

func TestMain(m *testing.M) {
	if os.Getenv("DIT_SANDBOX_ENGINE") == "" {
		fmt.Fprintln(os.Stderr, "DIT_SANDBOX_ENGINE is not set: give the command that starts the BigQuery engine (sandbox/engine/install.sh installs it)")
		os.Exit(1)
	}
	dir, err := os.MkdirTemp("", "sandbox-e2e-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	running, err := start(dir)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	address = running.address
	code := m.Run()
	if err := running.stop(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.RemoveAll(dir)
	os.Exit(code)
}

// instance is one running sandbox.
type instance struct {
	address string
	cancel  context.CancelFunc
	ended   chan error
	log     *lockedBuffer
}

// start runs a sandbox over dir on a free port, with faults, and waits until it listens.
func start(dir string, faults ...fault.Rule) (*instance, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	in := &instance{address: listener.Addr().String(), ended: make(chan error, 1), log: new(lockedBuffer)}
	listener.Close()
	var ctx context.Context
	ctx, in.cancel = context.WithCancel(context.Background())
	go func() {
		in.ended <- serve.Run(ctx, serve.Config{
			Data:    dir,
			API:     in.address,
			Project: project,
			Buckets: []string{"dit-sandbox"},
			Engine:  strings.Fields(os.Getenv("DIT_SANDBOX_ENGINE")),
			Faults:  faults,
			Log:     in.log,
		})
	}()
	for deadline := time.Now().Add(2 * time.Minute); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		select {
		case err := <-in.ended:
			return nil, fmt.Errorf("the sandbox ended while it started: %w\n%s", err, in.log)
		default:
		}
		if answer, err := http.Get("http://" + in.address + "/healthz"); err == nil {
			answer.Body.Close()
			return in, nil
		}
	}
	return nil, fmt.Errorf("the sandbox was not ready in time:\n%s", in.log)
}

// stop ends the sandbox in order.
func (in *instance) stop() error {
	in.cancel()
	return <-in.ended
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
