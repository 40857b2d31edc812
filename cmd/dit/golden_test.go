package main

import (
	"errors"
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

// execute runs a verb.
func execute(t *testing.T, verb *cobra.Command, args ...string) error {
	t.Helper()
	verb.SetArgs(args)
	verb.SilenceErrors, verb.SilenceUsage = true, true
	return verb.ExecuteContext(t.Context())
}

func TestGoldenArguments(t *testing.T) {
	against(t, cachetest.Serve(t, cachetest.Registry("2")))
	for want, args := range map[string][]string{
		"give one of --id and --pipeline":            {"retire"},
		"give one of --id":                           {"retire", "--id", "0123456789ab", "--pipeline", "p"},
		"want the 12 hexadecimal digits":             {"retire", "--id", "0123"},
		"bad argument: retire golden recording 0123": {"retire", "--id", "0123456789ab"},
		"bad argument: retire golden recordings of":  {"retire", "--pipeline", "p"},
		"want text or json":                          {"list", "--format", "xml"},
		`dataset "no-name"`:                          {"list", "--dataset", "no-name"},
	} {
		if err := execute(t, golden(), args...); err == nil || exitCode(err) != workflows.ExitArguments || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: exit code %d: %v, want %s", args, exitCode(err), err, want)
		}
	}
}

// aboutGolden leaves the files of a question about golden tables, and gives the flags that name them.
func aboutGolden(t *testing.T, plan func(*workflows.Request, string) (*workflows.Plan, error)) []string {
	t.Helper()
	d, err := workflows.Builtin("sample-gaps")
	if err != nil {
		t.Fatal(err)
	}
	request, err := workflows.Arguments{Runner: workflows.DirectRunner, Ref: "main", RunID: "0123456789ab", Project: "dit-sandbox", DestDataset: "d", Sandbox: true, Golden: true}.Check(d)
	if err != nil {
		t.Fatal(err)
	}
	p, err := plan(request.At(strings.Repeat("ab", 20)), "r")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	made := cache.Output{Table: bq.Table{Project: "dit-sandbox", Dataset: "d", Name: "t"}}
	if suffix := d.Outputs[0].ViewSuffix; suffix != "" {
		made.View = &cache.View{Table: bq.Table{Project: "dit-sandbox", Dataset: "d", Name: "t" + suffix}}
	}
	if err := errors.Join(write(filepath.Join(dir, "plan.json"), p), write(filepath.Join(dir, "sources.json"), steps.Sources{Tables: map[string]steps.SourceTable{"messages": {Identity: "e"}}}),
		write(filepath.Join(dir, "run", "tables.json"), steps.Tables{Outputs: map[string]cache.Output{d.Outputs[0].Name: made}}), write(filepath.Join(dir, "run", "outcome.json"), steps.Outcome{RunID: "r"})); err != nil {
		t.Fatal(err)
	}
	return []string{"--plan", filepath.Join(dir, "plan.json"), "--sources", filepath.Join(dir, "sources.json"), "--out", filepath.Join(dir, "out")}
}

// Nothing is recorded in a registry of a later dit.
func TestKeepInNewerRegistry(t *testing.T) {
	service := cachetest.Serve(t, cachetest.Registry("99"))
	against(t, service)
	flags := aboutGolden(t, workflows.GoldenRecord)
	err := execute(t, keepStep(), append(flags, "--id", "keep-bf", "--run", filepath.Join(filepath.Dir(flags[1]), "run"))...)
	var newer *cache.NewerError
	if !errors.As(err, &newer) || exitCode(err) != workflows.ExitArguments {
		t.Errorf("exit code %d: %v", exitCode(err), err)
	}
	if wrote := service.Wrote(); len(wrote) != 0 {
		t.Errorf("it wrote: %s", strings.Join(wrote, "\n"))
	}
}

func TestNothingGolden(t *testing.T) {
	service := cachetest.Serve(t, cachetest.Registry("2"))
	against(t, service)
	flags := aboutGolden(t, func(r *workflows.Request, repository string) (*workflows.Plan, error) {
		return workflows.GoldenCheck(r, repository), nil
	})
	err := execute(t, goldenStep(), append(flags, "--id", "golden-bf")...)
	if exitCode(err) != workflows.ExitArguments || err == nil || !strings.Contains(err.Error(), "golden record --pipeline=sample-gaps --ref=REF") {
		t.Errorf("exit code %d: %v", exitCode(err), err)
	}
	if wrote := service.Wrote(); len(wrote) != 0 {
		t.Errorf("it wrote: %s", strings.Join(wrote, "\n"))
	}
}
