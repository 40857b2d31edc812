package main

import (
	"net/http"
	"testing"

	"github.com/GlobalFishingWatch/dit/cache/cachetest"
	"github.com/GlobalFishingWatch/dit/workflows"
)

// A mistake in the statement is the caller's, and no trouble of the service.
func TestQueryRefused(t *testing.T) {
	for _, c := range []struct {
		sql, reason string
		status      int
		want        int
	}{
		{"", "", http.StatusOK, workflows.ExitArguments},
		{" ", "", http.StatusOK, workflows.ExitArguments},
		{"SELEC 1", "invalidQuery", http.StatusBadRequest, workflows.ExitArguments},
		{"SELECT * FROM d.none", "notFound", http.StatusNotFound, workflows.ExitArguments},
		{"SELECT * FROM d.t", "accessDenied", http.StatusForbidden, workflows.ExitInfrastructure},
	} {
		against(t, cachetest.Serve(t, func(string, string) (int, any) { return c.status, cachetest.Refusal(c.status, c.reason, "no") }))
		if err := execute(t, query(), c.sql); err == nil || exitCode(err) != c.want {
			t.Errorf("%q: exit code %d: %v", c.sql, exitCode(err), err)
		}
	}
}
