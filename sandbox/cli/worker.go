package cli

import (
	"fmt"
	"os"
	"os/exec"
	"strings"

	"github.com/spf13/cobra"

	"github.com/GlobalFishingWatch/dit/sandbox/dataflow/lease"
	"github.com/GlobalFishingWatch/dit/sandbox/worker"
)

// storageEnv is where Google's clients look for a stand-in for Cloud Storage.
const storageEnv = "STORAGE_EMULATOR_HOST"

func newWorker() *cobra.Command {
	config := worker.Config{Storage: defaultStorage(), Log: os.Stderr}
	cmd := &cobra.Command{
		Use:   "worker",
		Short: "Run Dataflow jobs in the pipeline's container until told to stop",
		Long: "Leases jobs from the sandbox's Dataflow and runs them with this container's Python and packages.\n" +
			"The container stands for the images given by --image. --listen accepts connections once jobs can come.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if config.Jobs < 1 {
				return fmt.Errorf("%w: --jobs is %d: give how many jobs run at once, 1 or more", errUsage, config.Jobs)
			}
			python, err := exec.LookPath(config.Python)
			if err != nil {
				return fmt.Errorf("%w: --python %s: no such program: %w", errUsage, config.Python, err)
			}
			config.Python = python
			self, err := os.Executable()
			if err != nil {
				return fmt.Errorf("find this program, which runs the jobs too: %w", err)
			}
			config.Command = []string{self, "job"}
			return worker.Run(cmd.Context(), config)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&config.Dataflow, "dataflow", "https://dataflow.googleapis.com", "address of the sandbox's Dataflow")
	flags.StringVar(&config.Storage, "storage", config.Storage, "address of Cloud Storage (env "+storageEnv+")")
	flags.StringSliceVar(&config.Images, "image", []string{lease.DefaultImage}, "container image that this container stands for; \""+lease.DefaultImage+"\" is that of jobs which name none. Repeatable")
	flags.StringVar(&config.Python, "python", "python", "Python with the pipeline's packages")
	flags.StringVar(&config.Listen, "listen", ":8099", "address that accepts connections once the worker is registered; \"\" for none")
	flags.IntVar(&config.Jobs, "jobs", 20, "how many jobs run at once")
	return cmd
}

// defaultStorage is Google's address unless the environment names another, in the forms that Google's clients take.
func defaultStorage() string {
	at := os.Getenv(storageEnv)
	switch {
	case at == "":
		return "https://storage.googleapis.com"
	case strings.Contains(at, "://"):
		return at
	}
	return "http://" + at
}
