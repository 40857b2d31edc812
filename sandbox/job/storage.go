package job

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	pipepb "github.com/apache/beam/sdks/v2/go/pkg/beam/model/pipeline_v1"
	"google.golang.org/protobuf/proto"
)

// object reads an object of Cloud Storage. One request without credentials is all it takes:
// the sandbox guards nothing.
func (r *run) object(ctx context.Context, location string) ([]byte, error) {
	bucket, name, ok := strings.Cut(strings.TrimPrefix(location, "gs://"), "/")
	if !strings.HasPrefix(location, "gs://") || !ok {
		return nil, fmt.Errorf("fetch %q: it is not gs://bucket/object; stage to Cloud Storage (--staging_location)", location)
	}
	address := fmt.Sprintf("%s/storage/v1/b/%s/o/%s?alt=media", strings.TrimSuffix(r.Storage, "/"), url.PathEscape(bucket), url.PathEscape(name))
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, fmt.Errorf("fetch %s: %w", location, err)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, fmt.Errorf("fetch %s: %w", location, err)
	}
	defer answer.Body.Close()
	content, err := io.ReadAll(answer.Body)
	if err != nil {
		return nil, fmt.Errorf("fetch %s: %w", location, err)
	}
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("fetch %s: %s answered %s: %.200s", location, r.Storage, answer.Status, content)
	}
	return content, nil
}

// fetchPipeline reads the pipeline that was staged with the job.
func (r *run) fetchPipeline(ctx context.Context) (*pipepb.Pipeline, error) {
	location, _ := r.options["pipelineUrl"].(string)
	if location == "" {
		location, _ = r.options["pipeline_url"].(string)
	}
	content, err := r.object(ctx, location)
	if err != nil {
		return nil, fmt.Errorf("the pipeline: %w", err)
	}
	pipeline := new(pipepb.Pipeline)
	if err := proto.Unmarshal(content, pipeline); err != nil {
		return nil, fmt.Errorf("the pipeline in %s is not one: %w", location, err)
	}
	return pipeline, nil
}
