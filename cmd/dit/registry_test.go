package main

import (
	"errors"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"github.com/GlobalFishingWatch/dit/bq"
	"github.com/GlobalFishingWatch/dit/cache"
	"github.com/GlobalFishingWatch/dit/cache/cachetest"
	"github.com/GlobalFishingWatch/dit/steps"
	"github.com/GlobalFishingWatch/dit/workflows"
)

// against leads the commands to a service.
func against(t *testing.T, s *cachetest.Service) {
	t.Helper()
	t.Setenv("GOOGLE_CLOUD_PROJECT", "dit-sandbox")
	clientOptions = s.Options()
	t.Cleanup(func() { clientOptions = nil })
}

// planned leaves the files of a plan in a directory.
func planned(t *testing.T) (dir string, plan *workflows.Plan) {
	t.Helper()
	d, err := workflows.Builtin("sample-gaps")
	if err != nil {
		t.Fatal(err)
	}
	request, err := workflows.Arguments{Runner: workflows.DirectRunner, Ref: "main", RunID: "0123456789ab", Project: "dit-sandbox", DestDataset: "d", Sandbox: true,
		Sources: []string{"messages=dit-sandbox.elsewhere.messages"}}.Check(d)
	if err != nil {
		t.Fatal(err)
	}
	plan = workflows.ModeEquivalence(request.At(strings.Repeat("ab", 20)), "dit:samples/gaps")
	dir = t.TempDir()
	table := bq.Table{Project: "dit-sandbox", Dataset: "elsewhere", Name: "messages"}
	if err := errors.Join(write(filepath.Join(dir, "plan.json"), plan),
		write(filepath.Join(dir, "sources.json"), steps.Sources{Tables: map[string]steps.SourceTable{"messages": {Table: table}}}),
		write(filepath.Join(dir, "environments.json"), map[string]steps.Environment{"": {Packages: "a==1"}})); err != nil {
		t.Fatal(err)
	}
	return dir, plan
}

func TestNewerRegistry(t *testing.T) {
	dir, plan := planned(t)
	common := []string{"--plan", filepath.Join(dir, "plan.json"), "--out", filepath.Join(dir, "out")}
	run := append([]string{"--sources", filepath.Join(dir, "sources.json"), "--environments", filepath.Join(dir, "environments.json"), "--id", plan.Of(workflows.RunStep)[0].ID}, common...)
	for _, c := range []struct {
		name string
		verb *cobra.Command
		args []string
	}{
		{"source", sourceStep(), common},
		{"run", runStep(), run},
		{"run without a look-up", runStep(), append([]string{"--cache", "off"}, run...)},
	} {
		t.Run(c.name, func(t *testing.T) {
			registry := cachetest.Registry("99")
			refused := make(chan struct{})
			service := cachetest.Serve(t, func(method, path string) (int, any) {
				if strings.HasSuffix(path, "/tables/messages") { // whatever is wrong with the source is not what the answer is about
					<-refused
				}
				return registry(method, path)
			})
			against(t, service)
			c.verb.SetArgs(c.args)
			c.verb.SilenceErrors, c.verb.SilenceUsage = true, true
			err := c.verb.ExecuteContext(t.Context())
			close(refused)
			var newer *cache.NewerError
			if !errors.As(err, &newer) || exitCode(err) != workflows.ExitArguments {
				t.Errorf("exit code %d: %v", exitCode(err), err)
			}
			if wrote := service.Wrote(); len(wrote) != 0 {
				t.Errorf("it wrote: %s", strings.Join(wrote, "\n"))
			}
		})
	}
}

func TestNoPermission(t *testing.T) {
	const denied = "Access Denied: Dataset dit-sandbox:d: Permission bigquery.tables.get denied on dataset dit-sandbox:d (or it may not exist)."
	dir, _ := planned(t)
	against(t, cachetest.Serve(t, func(string, string) (int, any) {
		return http.StatusForbidden, cachetest.Refusal(http.StatusForbidden, "accessDenied", denied)
	}))
	verb := sourceStep()
	verb.SilenceErrors, verb.SilenceUsage = true, true
	verb.SetArgs([]string{"--plan", filepath.Join(dir, "plan.json"), "--out", filepath.Join(dir, "out.json")})
	err := verb.ExecuteContext(t.Context())
	if err == nil || exitCode(err) != workflows.ExitInfrastructure || !strings.Contains(err.Error(), "roles/bigquery.dataViewer") {
		t.Errorf("exit code %d: %v", exitCode(err), err)
	}
}
