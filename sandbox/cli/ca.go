package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/GlobalFishingWatch/dit/sandbox/ca"
)

func newCA() *cobra.Command {
	var out, roots string
	cmd := &cobra.Command{
		Use:   "ca",
		Short: "Make a private CA and a certificate for Google's host names",
		Long: "Writes ca.pem, server.pem, server-key.pem and bundle.pem (the CA and the system's roots).\n" +
			"The CA's own key is not kept: nothing else can ever be signed by it.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if out == "" {
				return fmt.Errorf("%w: --out is required: the directory for the certificates", errUsage)
			}
			return ca.Write(out, roots)
		},
	}
	cmd.Flags().StringVar(&out, "out", "", "directory to write to; made when missing")
	cmd.Flags().StringVar(&roots, "roots", "", "file with the system's root certificates (default: where the system keeps them)")
	return cmd
}
