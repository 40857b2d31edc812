// Package cli is the command line of the sandbox: flags in, exit code out.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"
)

// Exit codes, the same as dit's own.
const (
	exitUsage          = 2
	exitInfrastructure = 5
)

// errUsage marks an error of the caller: a flag that is missing or wrong.
var errUsage = errors.New("bad arguments")

// Run executes one command and returns its exit code: 0 done, 2 bad arguments,
// 5 the sandbox could not be started or died.
func Run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	root := &cobra.Command{
		Use:           "sandbox",
		Short:         "A local stand-in for Google Cloud: BigQuery, Cloud Storage and Dataflow",
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error {
		return fmt.Errorf("%w: %w", errUsage, err)
	})
	root.AddCommand(newCA(), newServe(), newWorker(), newFault(), newJob())
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return 0
	}
	fmt.Fprintln(stderr, "sandbox:", err)
	if errors.Is(err, errUsage) {
		return exitUsage
	}
	return exitInfrastructure
}
