package main

import (
	"net/http"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"github.com/GlobalFishingWatch/dit/cache/cachetest"
	"github.com/GlobalFishingWatch/dit/workflows"
)

// An empty list of a dataset that does not exist would say that nothing was run.
func TestListsOfNoDataset(t *testing.T) {
	for _, there := range []bool{true, false} {
		against(t, cachetest.Serve(t, func(method, path string) (int, any) {
			if there && method == http.MethodGet && strings.HasSuffix(path, "/datasets/d") {
				return http.StatusOK, map[string]any{"id": "dit-sandbox:d"}
			}
			return 0, nil
		}))
		for _, verb := range []*cobra.Command{runs(), goldenList()} {
			err := execute(t, verb, "--dataset=d")
			refused := err != nil && exitCode(err) == workflows.ExitArguments && strings.Contains(err.Error(), "no such dataset: dit-sandbox.d does not exist")
			if there && err != nil || !there && !refused {
				t.Errorf("%s of a dataset that is there: %t: %v", verb.Name(), there, err)
			}
		}
	}
}

// What cannot be meant is refused with what to write instead, before anything is asked of BigQuery: here there is none.
func TestBadArgumentsOfLists(t *testing.T) {
	t.Setenv("GOOGLE_CLOUD_PROJECT", "")
	for line, want := range map[string]string{
		"runs --status=done":                                         "succeeded",
		"runs --since=yesterday":                                     "--since \"yesterday\": want a day such as 2024-01-31",
		"runs --limit=0":                                             "1 or more",
		"runs --format=csv":                                          "text or json",
		"query --format=csv SELECT":                                  "text or json",
		"runs --dataset=my-dataset":                                  "dataset \"my-dataset\": a dataset's name",
		"run --run-id=0123":                                          "12 hexadecimal digits",
		"run --run-id=0123456789AB":                                  "12 hexadecimal digits",
		"run --run-id=0123456789ab --format=csv":                     "openlineage",
		"run --run-id=0123456789ab --to=https://host/x":              "--format=openlineage",
		"run --run-id=0123456789ab --format=openlineage --to=ftp://": "https://host/api",
		"run --run-id=0123456789ab --dataset=a.b":                    "project \"a\": a project id",
	} {
		root := &cobra.Command{SilenceUsage: true, SilenceErrors: true}
		root.AddCommand(runs(), show(), query())
		root.SetArgs(strings.Fields(line))
		if err := root.Execute(); err == nil || exitCode(err) != workflows.ExitArguments || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", line, err)
		}
	}
}
