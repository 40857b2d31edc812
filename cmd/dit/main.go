// Command dit is the tool inside dit's containers, and a command line of its own: one verb for each kind of step of a plan,
// and a few for people. `dit help` lists them.
//
// Where Google Cloud is, and with which credentials, is taken from the environment as Google's own clients take it
// (GOOGLE_APPLICATION_CREDENTIALS, GOOGLE_CLOUD_PROJECT), and DIT_LOCATION, DIT_TEMP_LOCATION.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/GlobalFishingWatch/dit/cache"
	"github.com/GlobalFishingWatch/dit/cache/cleanup"
	"github.com/GlobalFishingWatch/dit/steps"
	"github.com/GlobalFishingWatch/dit/workflows"
)

func main() {
	ctx := untilSignal(context.Background())
	root := &cobra.Command{
		Use:           "dit",
		Short:         "integration tests for data pipelines: run the real pipeline, compare the real tables",
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	started := false // before that, all errors are of the command line
	root.PersistentPreRunE = func(c *cobra.Command, _ []string) error {
		err := c.ValidateRequiredFlags() // which cobra itself asks too late
		started = err == nil
		return err
	}
	step := &cobra.Command{Use: "step", Short: "do one step of a plan"}
	step.AddCommand(sourceStep(), lookupStep(), explainStep(), runStep(), keepStep(), goldenStep(), compareStep(), reportStep())
	root.AddCommand(step, compareTables(), runs(), show(), trailOf(), cancel(), wait(), gc(), golden(), git(), takeSnapshot(), cleanSnapshot(), sampleRepository(), query(), doctor())
	if err := root.ExecuteContext(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "dit:", err)
		var signal interrupted
		if errors.As(context.Cause(ctx), &signal) {
			os.Exit(signal.code())
		}
		if !started {
			os.Exit(workflows.ExitArguments)
		}
		os.Exit(exitCode(err))
	}
}

// coded is an error that knows the exit code it deserves.
type coded struct {
	code int
	error
}

func (c coded) Unwrap() error { return c.error }

func exitCode(err error) int {
	var c coded
	var newer *cache.NewerError
	switch {
	case errors.As(err, &c):
		return c.code
	case errors.Is(err, steps.ErrBadSource), errors.Is(err, steps.ErrArgument), errors.Is(err, cleanup.ErrUnknown), errors.Is(err, cleanup.ErrElsewhere), errors.As(err, &newer):
		return workflows.ExitArguments
	case errors.Is(err, steps.ErrSpoilt):
		return workflows.ExitIncomparable
	default:
		return workflows.ExitInfrastructure
	}
}
