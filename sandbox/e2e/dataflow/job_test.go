//go:build beam

package dataflow

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestBatchJobIsDone(t *testing.T) {
	s := start(t, nil)
	p := s.submit("wordcount", "wordcount.py", "--output=gs://"+project+"/out/words")
	out := p.wait()
	want(t, out, "STATE DONE",
		"METRIC Split words lines 3 3",
		"METRIC Split words lengths DistributionResult(sum=14, count=7, min=1, max=4, mean=2.0",
		"ElementCount", "ExecutionTime_ProcessElement")
	if files, _ := filepath.Glob(filepath.Join(s.data, "gcs", project, "out", "words*")); len(files) == 0 {
		t.Error("the job has written nothing")
	} else {
		var all []byte
		for _, file := range files {
			content, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, content...)
		}
		want(t, string(all), "a 3\n", "bb 2\n", "ccc 1\n", "dddd 1\n")
	}
	job := p.job("JOB_STATE_DONE")
	if job.Type != "JOB_TYPE_BATCH" || job.Location != region || job.StartTime == "" || job.CreateTime == "" || job.CurrentStateTime == "" {
		t.Errorf("job %+v", job)
	}
	if left := s.processes(); strings.Contains(left, "sdk_worker") {
		t.Errorf("processes outlive the job:\n%s", left)
	}
}
