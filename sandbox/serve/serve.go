// Package serve puts the sandbox together: directory, engine, storage, front, listeners.
package serve

import (
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"path/filepath"
	"time"

	"github.com/GlobalFishingWatch/dit/sandbox/child"
	"github.com/GlobalFishingWatch/dit/sandbox/dataflow"
	"github.com/GlobalFishingWatch/dit/sandbox/fault"
	"github.com/GlobalFishingWatch/dit/sandbox/front"
	"github.com/GlobalFishingWatch/dit/sandbox/gcs"
)

// Config says where the sandbox keeps its state and where it listens. An address "" is
// not listened on; API may not be "", the engine writes objects through it.
type Config struct {
	Data, CA           string
	TLS, Metadata, API string
	Project            string
	Buckets            []string
	Engine             []string
	Faults             []fault.Rule // from the start; more can be added over HTTP
	Log                io.Writer
}

// startTimeout is generous: a loaded machine takes ten times the usual second or two.
const startTimeout = 2 * time.Minute

// Run serves until the context ends (returns nil) or the engine dies (returns an error
// with its last words). It listens as soon as the directory is its own: who connects while
// the engine starts need not come again, but waits for the answer.
func Run(ctx context.Context, c Config) error {
	begin := time.Now()
	logger := log.New(c.Log, "sandbox: ", 0)
	data, err := filepath.Abs(c.Data) // the engine may run with another working directory
	if err != nil {
		return fmt.Errorf("find the data directory: %w", err)
	}
	c.Data = data
	lock, err := lockDirectory(ctx, c.Data, logger)
	if err != nil {
		return err
	}
	defer lock.Close()
	root := filepath.Join(c.Data, "gcs")
	url, err := loopback(c.API)
	if err != nil {
		return err
	}
	listeners, err := listen(c)
	if err != nil {
		return err
	}
	defer listeners.close()
	faults := fault.New(front.Service)
	for _, rule := range c.Faults {
		logger.Printf("fault %s: %s", faults.Add(rule), rule)
	}
	storage, err := gcs.New(root, c.Buckets...)
	if err != nil {
		return err
	}
	defer storage.Close()
	jobs, err := dataflow.New(dataflow.Config{
		Dir:    filepath.Join(c.Data, "dataflow"),
		Open:   storage.Open,
		Faults: faults,
	})
	if err != nil {
		return err
	}
	defer jobs.Close()
	startCtx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	engine, err := child.Start(startCtx, child.Spec{
		Command: c.Engine,
		Data:    filepath.Join(c.Data, "bigquery"),
		GCSRoot: root,
		GCSURL:  url + fault.EnginePath,
		Project: c.Project,
		Log:     c.Log,
		Lock:    lock,
	})
	if err != nil {
		return err
	}
	defer engine.Stop()
	defer listeners.close() // before the engine stops; the one above is for an engine that does not start
	listeners.serve(faults.Wrap(front.New(front.Backends{REST: engine.REST, GRPC: engine.GRPC, Storage: storage, Dataflow: jobs})))
	logger.Printf("ready after %d ms: %s", time.Since(begin).Milliseconds(), listeners)
	select {
	case <-ctx.Done():
		logger.Print("stopping")
		return nil
	case <-engine.Done():
		return engine.Err()
	case err := <-listeners.failed:
		return err
	}
}

// loopback is the URL under which the engine, on the same machine, reaches the API port.
func loopback(address string) (string, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return "", fmt.Errorf("the API address %q is not host:port: %w", address, err)
	}
	if ip := net.ParseIP(host); host == "" || (ip != nil && ip.IsUnspecified()) {
		host = "127.0.0.1"
	}
	return "http://" + net.JoinHostPort(host, port), nil
}

// lockDirectory makes the data directory and takes it for this process alone: two
// engines over one database would destroy it.
func lockDirectory(ctx context.Context, dir string, logger *log.Logger) (*os.File, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("make the data directory: %w", err)
	}
	file, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock the data directory: %w", err)
	}
	if err := flock(ctx, file, logger); err != nil {
		file.Close()
		return nil, fmt.Errorf("the data directory %s is in use by another sandbox: stop it, or give another --data: %w", dir, err)
	}
	return file, nil
}
