// Package child runs the BigQuery engine as a process of its own, tied to ours:
// it ends when we end, and we learn at once when it dies.
package child

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"

	"github.com/GlobalFishingWatch/dit/sandbox/tail"
)

// grace is how long the engine may take to checkpoint before it is killed.
// Its data survives a kill too: DuckDB replays its log.
const grace = 1500 * time.Millisecond

// Spec says how to start the engine.
type Spec struct {
	// Command is the program and its leading arguments.
	Command []string
	// Data is the directory of the database; GCSRoot is the storage server's directory.
	Data, GCSRoot string
	// GCSURL is where the engine writes objects, such as http://127.0.0.1:9050.
	GCSURL string
	// Project is the project that exists from the start.
	Project string
	// Log receives the engine's standard error.
	Log io.Writer
	// Lock, when set, is inherited by the engine: a file lock on it holds until the
	// engine too has ended, even when we were killed.
	Lock *os.File
}

// Engine is a running engine. REST and GRPC are loopback addresses, host:port.
type Engine struct {
	REST, GRPC string

	cmd   *exec.Cmd
	stdin io.Closer
	tail  *tail.Tail
	done  chan struct{}
	err   error
}

// Start starts the engine and waits until it answers, the context ends, or it dies:
// then the error carries the last lines it wrote.
func Start(ctx context.Context, spec Spec) (*Engine, error) {
	if len(spec.Command) == 0 {
		return nil, errors.New("no engine command: give --engine or DIT_SANDBOX_ENGINE")
	}
	args := append(append([]string{}, spec.Command[1:]...),
		"--data", spec.Data, "--gcs-root", spec.GCSRoot, "--gcs-url", spec.GCSURL, "--project", spec.Project)
	e := &Engine{cmd: exec.Command(spec.Command[0], args...), tail: tail.New(spec.Log), done: make(chan struct{})}
	// A group of its own: an interrupt typed at a terminal must reach us first.
	e.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	e.cmd.Stderr = e.tail
	if spec.Lock != nil {
		e.cmd.ExtraFiles = []*os.File{spec.Lock}
	}
	stdin, err := e.cmd.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("start the engine: %w", err)
	}
	e.stdin = stdin
	// A pipe of our own: with StdoutPipe, Wait would close it under the reader.
	reader, writer, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("start the engine: %w", err)
	}
	e.cmd.Stdout = writer
	err = e.cmd.Start()
	writer.Close()
	if err != nil {
		reader.Close()
		return nil, fmt.Errorf("start the engine %q: %w", strings.Join(spec.Command, " "), err)
	}
	go e.wait()
	return e, e.ready(ctx, reader)
}

// ready reads the line in which the engine names its ports.
func (e *Engine) ready(ctx context.Context, stdout io.ReadCloser) error {
	var ports struct {
		REST, GRPC int
	}
	read := make(chan error, 1)
	go func() {
		defer stdout.Close()
		line, err := bufio.NewReader(stdout).ReadBytes('\n')
		if err == nil {
			err = json.Unmarshal(line, &ports)
		}
		read <- err
	}()
	select {
	case err := <-read:
		if err == nil {
			e.REST = fmt.Sprintf("127.0.0.1:%d", ports.REST)
			e.GRPC = fmt.Sprintf("127.0.0.1:%d", ports.GRPC)
			return nil
		}
		e.Stop()
		return fmt.Errorf("the engine ended before it was ready: %w; its last words:\n%s", e.err, e.tail)
	case <-ctx.Done():
		e.Stop()
		return fmt.Errorf("wait for the engine: %w; its last words:\n%s", ctx.Err(), e.tail)
	}
}

func (e *Engine) wait() {
	e.err = e.cmd.Wait()
	if e.err == nil {
		e.err = errors.New("exit status 0")
	}
	close(e.done)
}

// Done is closed when the process has ended.
func (e *Engine) Done() <-chan struct{} { return e.done }

// Err says how the engine ended, with its last words. Call it after Done.
func (e *Engine) Err() error {
	return fmt.Errorf("the BigQuery engine died: %w; its last words:\n%s", e.err, e.tail)
}

// Stop asks the engine to checkpoint and end, and kills it after a short grace.
func (e *Engine) Stop() {
	e.stdin.Close()
	_ = e.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-e.done:
	case <-time.After(grace):
		_ = syscall.Kill(-e.cmd.Process.Pid, syscall.SIGKILL)
		<-e.done
	}
}
