package cli

import (
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/GlobalFishingWatch/dit/sandbox/fault"
	"github.com/GlobalFishingWatch/dit/sandbox/serve"
)

// engineEnv names the command that starts the BigQuery engine.
const engineEnv = "DIT_SANDBOX_ENGINE"

// defaultEngine is where engine/install.sh puts it.
const defaultEngine = "/opt/engine/venv/bin/python /opt/engine/serve.py"

func newServe() *cobra.Command {
	config := serve.Config{}
	var faults []string
	engine := os.Getenv(engineEnv)
	if engine == "" {
		engine = defaultEngine
	}
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Serve BigQuery and Cloud Storage until told to stop",
		Long: "Starts the BigQuery engine, waits until it answers, then listens. State is kept in --data.\n" +
			"An address given as \"\" is not listened on.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if config.Data == "" {
				return fmt.Errorf("%w: --data is required: the directory for tables and objects", errUsage)
			}
			if config.TLS != "" && config.CA == "" {
				return fmt.Errorf("%w: --ca is required for %s: make the certificates with `sandbox ca`, or give --tls=\"\"", errUsage, config.TLS)
			}
			for _, text := range faults {
				rule, err := fault.Parse(text)
				if err != nil {
					return fmt.Errorf("%w: --fault: %w", errUsage, err)
				}
				config.Faults = append(config.Faults, rule)
			}
			config.Engine = strings.Fields(engine)
			config.Log = cmd.ErrOrStderr()
			return serve.Run(cmd.Context(), config)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&config.Data, "data", "", "directory for tables and objects; made when missing")
	flags.StringVar(&config.CA, "ca", "", "directory with the certificates that `sandbox ca` made")
	flags.StringVar(&config.TLS, "tls", ":443", "address for TLS: every Google host name")
	flags.StringVar(&config.Metadata, "metadata", ":80", "address for the metadata server's plain HTTP")
	flags.StringVar(&config.API, "api", ":9050", "address for plain HTTP: all APIs, for people and clients with an endpoint")
	flags.StringVar(&config.Project, "project", "dit-sandbox", "project that exists from the start")
	flags.StringSliceVar(&config.Buckets, "bucket", []string{"dit-sandbox"}, "buckets that exist from the start")
	flags.StringArrayVar(&faults, "fault", nil, "fault from the start, such as service=bigquery,status=503,rate=0.1; repeatable, see README.md")
	flags.StringVar(&engine, "engine", engine, "command that starts the BigQuery engine (env "+engineEnv+")")
	return cmd
}
