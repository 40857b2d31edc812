package cli

import (
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/GlobalFishingWatch/dit/sandbox/job"
)

// endWithWorker kills this process and all below it, also programs that the user's code has started, when the worker
// is gone: the kernel tells by SIGTERM.
func endWithWorker() {
	told := make(chan os.Signal, 1)
	signal.Notify(told, syscall.SIGTERM)
	<-told
	if syscall.Getpgrp() == os.Getpid() { // the group is this job's own
		_ = syscall.Kill(0, syscall.SIGKILL)
	}
}

// newJob is the process of one Dataflow job, which `sandbox worker` starts.
func newJob() *cobra.Command {
	config := job.Config{}
	cmd := &cobra.Command{
		Use:    "job",
		Short:  "Run one Dataflow job, read from standard input; reports go to standard output",
		Hidden: true,
		Args:   cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			config.Log = cmd.ErrOrStderr()
			slog.SetDefault(slog.New(slog.NewTextHandler(config.Log, nil))) // Prism logs there, the SDK's workers through it
			go endWithWorker()
			return job.Run(cmd.Context(), cmd.InOrStdin(), cmd.OutOrStdout(), config)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&config.Dir, "dir", "", "empty directory of the job's own")
	flags.StringVar(&config.Python, "python", "python", "Python with the pipeline's packages")
	flags.StringVar(&config.Storage, "storage", "", "address of Cloud Storage")
	return cmd
}
