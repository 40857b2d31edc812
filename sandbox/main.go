// Command sandbox is a local stand-in for Google Cloud: BigQuery, Cloud Storage and
// Dataflow behind Google's own host names, so that unmodified pipelines run against it.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/GlobalFishingWatch/dit/sandbox/cli"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(cli.Run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}
