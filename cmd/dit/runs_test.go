package main

import (
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"github.com/GlobalFishingWatch/dit/workflows"
)

// What cannot be meant is refused with what to write instead, before anything is asked of BigQuery: here there is none.
func TestBadArgumentsOfLists(t *testing.T) {
	t.Setenv("GOOGLE_CLOUD_PROJECT", "")
	for line, want := range map[string]string{
		"runs --status=done":                                         "succeeded",
		"runs --since=yesterday":                                     "--since \"yesterday\": want a day such as 2024-01-31",
		"runs --limit=0":                                             "1 or more",
		"runs --format=csv":                                          "text or json",
		"runs --dataset=my-dataset":                                  "--dataset: dataset \"my-dataset\"",
		"run --run-id=0123":                                          "12 hexadecimal digits",
		"run --run-id=0123456789AB":                                  "12 hexadecimal digits",
		"run --run-id=0123456789ab --format=csv":                     "openlineage",
		"run --run-id=0123456789ab --to=https://host/x":              "--format=openlineage",
		"run --run-id=0123456789ab --format=openlineage --to=ftp://": "https://host/api",
		"run --run-id=0123456789ab --dataset=a.b":                    "--dataset",
	} {
		root := &cobra.Command{SilenceUsage: true, SilenceErrors: true}
		root.AddCommand(runs(), show())
		root.SetArgs(strings.Fields(line))
		if err := root.Execute(); err == nil || exitCode(err) != workflows.ExitArguments || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", line, err)
		}
	}
}
