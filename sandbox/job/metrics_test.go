package job

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/apache/beam/sdks/v2/go/pkg/beam/core/graph/coder"
	jobpb "github.com/apache/beam/sdks/v2/go/pkg/beam/model/jobmanagement_v1"
	pipepb "github.com/apache/beam/sdks/v2/go/pkg/beam/model/pipeline_v1"
)

// numbers encodes as the SDK does.
func numbers(t *testing.T, all ...int64) []byte {
	t.Helper()
	var b bytes.Buffer
	for _, n := range all {
		if err := coder.EncodeVarInt(n, &b); err != nil {
			t.Fatal(err)
		}
	}
	return b.Bytes()
}

func TestMetricsComeTwice(t *testing.T) {
	user := map[string]string{"PTRANSFORM": "t1", "NAMESPACE": "n", "NAME": "c"}
	results := &jobpb.MetricResults{
		Attempted: []*pipepb.MonitoringInfo{
			{Urn: "beam:metric:user:sum_int64:v1", Type: "beam:metrics:sum_int64:v1", Payload: numbers(t, 2), Labels: user},
			{Urn: "beam:metric:user:distribution_int64:v1", Type: "beam:metrics:distribution_int64:v1", Payload: numbers(t, 2, 6, 1, 5), Labels: user},
		},
		Committed: []*pipepb.MonitoringInfo{
			{Urn: "beam:metric:user:sum_int64:v1", Type: "beam:metrics:sum_int64:v1", Payload: numbers(t, 7), Labels: user},
			{Urn: "beam:metric:element_count:v1", Type: "beam:metrics:sum_int64:v1", Payload: numbers(t, 9), Labels: map[string]string{"PCOLLECTION": "p1"}},
			{Urn: "beam:metric:data_channel:read_index:v1", Type: "beam:metrics:sum_int64:v1", Payload: numbers(t, 1)},
			{Urn: "beam:metric:user:top_n_int64:v1", Type: "beam:metrics:top_n_int64:v1", Labels: user},
		},
	}
	got := map[string]string{}
	for _, m := range updates(results, names{map[string]string{"t1": "Split"}, map[string]string{"p1": "Split-out0"}}) {
		what := m.Name.Context["step"] + m.Name.Context["output_user_name"]
		got[fmt.Sprint(m.Name.Origin, " ", m.Name.Name, " ", m.Kind, " ", what, " ", m.Name.Context["tentative"])] = fmt.Sprint(m.Scalar, m.Distribution)
	}
	for name, want := range map[string]string{
		"user c SUM t1 ":                                 "7 <nil>",
		"user c SUM t1 true":                             "7 <nil>",
		"user c DISTRIBUTION t1 ":                        "<nil> map[count:2 max:5 mean:3 min:1 sum:6]",
		"user c DISTRIBUTION t1 true":                    "<nil> map[count:2 max:5 mean:3 min:1 sum:6]",
		"dataflow/v1b3 ElementCount SUM Split-out0 ":     "9 <nil>",
		"dataflow/v1b3 ElementCount SUM Split-out0 true": "9 <nil>",
	} {
		if got[name] != want {
			t.Errorf("%s is %q, want %q", name, got[name], want)
		}
		delete(got, name)
	}
	if len(got) > 0 {
		t.Errorf("unexpected: %v", got)
	}
}
