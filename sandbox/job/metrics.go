package job

import (
	"bytes"
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/apache/beam/sdks/v2/go/pkg/beam/core/graph/coder"
	jobpb "github.com/apache/beam/sdks/v2/go/pkg/beam/model/jobmanagement_v1"
	pipepb "github.com/apache/beam/sdks/v2/go/pkg/beam/model/pipeline_v1"
	dataflow "google.golang.org/api/dataflow/v1b3"
)

// origins of metrics, as Dataflow names them.
const (
	originUser    = "user"
	originService = "dataflow/v1b3"
)

// service are the metrics that are not the user's, by what Beam calls them.
var service = map[string]string{
	"beam:metric:element_count:v1":                             "ElementCount",
	"beam:metric:pardo_execution_time:start_bundle_msecs:v1":   "ExecutionTime_StartBundle",
	"beam:metric:pardo_execution_time:process_bundle_msecs:v1": "ExecutionTime_ProcessElement",
	"beam:metric:pardo_execution_time:finish_bundle_msecs:v1":  "ExecutionTime_FinishBundle",
	"beam:metric:ptransform_execution_time:total_msecs:v1":     "TotalExecutionTime",
	"beam:metric:sampled_byte_size:v1":                         "SampledByteSize",
}

// updates are the runner's metrics in the form of the Dataflow API: each twice, because clients
// want a tentative and a committed entry. Prism's tentative figures are those of single bundles
// under way, so they are taken only for what no finished bundle has told of.
func updates(results *jobpb.MetricResults, by names) []*dataflow.MetricUpdate {
	infos := map[string]*pipepb.MonitoringInfo{}
	for _, all := range [][]*pipepb.MonitoringInfo{results.GetAttempted(), results.GetCommitted()} {
		for _, info := range all {
			infos[key(info)] = info
		}
	}
	var made []*dataflow.MetricUpdate
	for _, k := range slices.Sorted(maps.Keys(infos)) {
		info := infos[k]
		name := named(info, by)
		if name == nil {
			continue
		}
		committed := &dataflow.MetricUpdate{Name: name, Cumulative: true}
		if !value(committed, info) {
			continue
		}
		tentative := *committed
		tentative.Name = &dataflow.MetricStructuredName{Origin: name.Origin, Name: name.Name, Context: maps.Clone(name.Context)}
		tentative.Name.Context["tentative"] = "true"
		made = append(made, committed, &tentative)
	}
	return made
}

func key(info *pipepb.MonitoringInfo) string {
	var b strings.Builder
	b.WriteString(info.GetUrn())
	labels := info.GetLabels()
	for _, name := range slices.SortedFunc(maps.Keys(labels), cmp.Compare) {
		b.WriteString("\x00" + name + "\x00" + labels[name])
	}
	return b.String()
}

// named is a metric's name, nil for those that Dataflow does not show.
func named(info *pipepb.MonitoringInfo, by names) *dataflow.MetricStructuredName {
	labels := info.GetLabels()
	context := map[string]string{}
	if step := labels["PTRANSFORM"]; step != "" {
		context["step"] = step // clients translate it by the pipeline that they have sent
		if user := by.steps[step]; user != "" {
			context["original_name"] = user
		}
	}
	if strings.HasPrefix(info.GetUrn(), "beam:metric:user:") {
		context["namespace"] = labels["NAMESPACE"]
		return &dataflow.MetricStructuredName{Origin: originUser, Name: labels["NAME"], Context: context}
	}
	name := service[info.GetUrn()]
	if name == "" {
		return nil
	}
	if collection := labels["PCOLLECTION"]; collection != "" {
		context["pcollection"] = collection
		context["output_user_name"] = cmp.Or(by.outputs[collection], collection)
	}
	return &dataflow.MetricStructuredName{Origin: originService, Name: name, Context: context}
}

// value decodes a metric into an update, and says whether it is of a kind that it knows.
func value(m *dataflow.MetricUpdate, info *pipepb.MonitoringInfo) bool {
	from := bytes.NewReader(info.GetPayload())
	whole := func() int64 {
		n, err := coder.DecodeVarInt(from)
		if err != nil {
			return 0 // an empty payload is a zero
		}
		return n
	}
	switch info.GetType() {
	case "beam:metrics:sum_int64:v1":
		m.Kind, m.Scalar = "SUM", whole()
	case "beam:metrics:sum_double:v1":
		n, err := coder.DecodeDouble(from)
		if err != nil {
			return false
		}
		m.Kind, m.Scalar = "SUM", n
	case "beam:metrics:distribution_int64:v1":
		count, sum, least, most := whole(), whole(), whole(), whole()
		if count == 0 {
			return false
		}
		m.Kind = "DISTRIBUTION"
		m.Distribution = map[string]any{"count": count, "sum": sum, "min": least, "max": most, "mean": float64(sum) / float64(count)}
	case "beam:metrics:latest_int64:v1":
		whole() // the time
		m.Kind, m.Gauge = "LATEST_VALUE", map[string]any{"value": whole()}
	case "beam:metrics:set_string:v1":
		n, err := coder.DecodeInt32(from)
		if err != nil {
			return false
		}
		all := []string{}
		for range n {
			text, err := coder.DecodeStringUTF8(from)
			if err != nil {
				return false
			}
			all = append(all, text)
		}
		slices.Sort(all)
		m.Kind, m.Set = "SET", all
	default:
		return false
	}
	return true
}
