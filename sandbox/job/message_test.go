package job

import (
	"errors"
	"strings"
	"testing"
)

func TestMessagesOfAFailure(t *testing.T) {
	for _, tt := range []struct {
		err  error
		want []string // the beginning of each message
	}{
		{errors.New("fetch gs://b/o: no"), []string{"Workflow failed. Causes: fetch gs://b/o: no"}},
		{errors.New("bundle inst1 failed:Traceback (most recent call last):\n  x\nValueError: no [while running 'Read/Parse-ptransform-12']\n"),
			[]string{"Error message from worker: Traceback (most recent call last):\n  x", "Workflow failed. Causes: Read/Parse failed., The job failed"}},
		{errors.New("failed:Traceback (most recent call last):\n  x"),
			[]string{"Error message from worker: Traceback", "Workflow failed. Causes: The job failed"}},
		{&lostWorker{errors.New("signal: killed"), "out of memory"},
			[]string{"SDK harness sdk-0-0 disconnected: signal: killed; its last words:\nout of memory", "Workflow failed. Causes: "}},
	} {
		got := messages(tt.err)
		if len(got) != len(tt.want) {
			t.Errorf("%v: %q", tt.err, got)
			continue
		}
		for i := range got {
			if !strings.HasPrefix(got[i], tt.want[i]) {
				t.Errorf("%v: message %d is %q, want %q", tt.err, i, got[i], tt.want[i])
			}
		}
	}
}
