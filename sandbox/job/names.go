package job

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	pipepb "github.com/apache/beam/sdks/v2/go/pkg/beam/model/pipeline_v1"
)

// names are those of a pipeline's parts, as people know them, by their ids.
type names struct {
	// steps are the names of transforms.
	steps map[string]string
	// outputs name collections by the step that makes them and the number of the output.
	outputs map[string]string
}

func namesOf(pipeline *pipepb.Pipeline) names {
	n := names{map[string]string{}, map[string]string{}}
	for id, t := range pipeline.GetComponents().GetTransforms() {
		n.steps[id] = t.GetUniqueName()
		if len(t.GetSubtransforms()) > 0 {
			continue // its outputs are those of a step within
		}
		for i, tag := range slices.SortedFunc(maps.Keys(t.GetOutputs()), cmp.Compare) {
			n.outputs[t.GetOutputs()[tag]] = fmt.Sprintf("%s-out%d", t.GetUniqueName(), i)
		}
	}
	return n
}
