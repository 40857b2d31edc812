package main

import (
	"errors"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"

	"google.golang.org/api/option"

	"github.com/GlobalFishingWatch/dit/cache/cachetest"
	"github.com/GlobalFishingWatch/dit/workflows"
)

// The command ends the process with its exit code, so the tests run it in one of its own: this program, told where BigQuery is.
func TestMain(m *testing.M) {
	if endpoint := os.Getenv("DIT_TEST_ENDPOINT"); endpoint != "" {
		clientOptions = []option.ClientOption{option.WithEndpoint(endpoint), option.WithoutAuthentication()}
		main()
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func TestTrail(t *testing.T) {
	table := map[string]any{"type": "TABLE", "etag": "e", "tableReference": map[string]string{"projectId": "dit-sandbox", "datasetId": "d", "tableId": "stray"}}
	answers := func(tables ...any) func(string, string) (int, any) {
		registry := cachetest.Registry("2")
		return func(method, path string) (int, any) {
			switch {
			case method == http.MethodGet && strings.HasSuffix(path, "/datasets/d/tables"):
				return http.StatusOK, map[string]any{"tables": tables, "totalItems": len(tables)}
			case method == http.MethodGet && strings.HasSuffix(path, "/tables/stray"):
				return http.StatusOK, table
			}
			return registry(method, path)
		}
	}
	denied := func(string, string) (int, any) {
		return http.StatusForbidden, cachetest.Refusal(http.StatusForbidden, "accessDenied", "Access Denied: Dataset dit-sandbox:d: Permission bigquery.tables.list denied on dataset dit-sandbox:d (or it may not exist).")
	}
	for _, c := range []struct {
		name   string
		answer func(string, string) (int, any)
		args   []string
		code   int
		want   string
	}{
		{"a table that nobody registered", answers(table), nil, workflows.ExitDifferent, "unexplained"},
		{"the same as JSON", answers(table), []string{"--format=json"}, workflows.ExitDifferent, `"exit_code": 1`},
		{"empty", answers(), nil, workflows.ExitEqual, "is empty"},
		{"no dataset", func(string, string) (int, any) { return 0, nil }, nil, workflows.ExitArguments, "no such dataset: dit-sandbox.d does not exist"},
		{"a bad name", answers(), []string{"--dataset=d-d"}, workflows.ExitArguments, "no such dataset"},
		{"a bad format", answers(), []string{"--format=xml"}, workflows.ExitArguments, "want text or json"},
		{"no permission", denied, nil, workflows.ExitInfrastructure, "roles/bigquery.dataViewer"},
	} {
		t.Run(c.name, func(t *testing.T) {
			service := cachetest.Serve(t, c.answer)
			command := exec.Command(os.Args[0], append([]string{"trail", "--dataset=d"}, c.args...)...)
			command.Env = append(os.Environ(), "DIT_TEST_ENDPOINT="+service.URL(), "GOOGLE_CLOUD_PROJECT=dit-sandbox")
			out, err := command.CombinedOutput()
			var failed *exec.ExitError
			if err != nil && !errors.As(err, &failed) {
				t.Fatal(err)
			}
			if code := command.ProcessState.ExitCode(); code != c.code || !strings.Contains(string(out), c.want) {
				t.Errorf("exit code %d, want %d with %q:\n%s", code, c.code, c.want, out)
			}
			if wrote := service.Wrote(); len(wrote) != 0 {
				t.Errorf("it wrote: %s", strings.Join(wrote, "\n"))
			}
		})
	}
}
