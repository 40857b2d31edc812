package job

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"cloud.google.com/go/storage"
	pipepb "github.com/apache/beam/sdks/v2/go/pkg/beam/model/pipeline_v1"
	"github.com/googleapis/gax-go/v2"
	"google.golang.org/api/option"
	"google.golang.org/protobuf/proto"
)

// attempts is how often an object is asked for while the service is overloaded; pauses grow from half a second.
const attempts = 5

// object reads an object of Cloud Storage, without credentials: the sandbox guards nothing.
func (r *run) object(ctx context.Context, location string) ([]byte, error) {
	bucket, name, ok := strings.Cut(strings.TrimPrefix(location, "gs://"), "/")
	if !strings.HasPrefix(location, "gs://") || !ok {
		return nil, fmt.Errorf("fetch %q: it is not gs://bucket/object; stage to Cloud Storage (--staging_location)", location)
	}
	client, err := storage.NewClient(ctx, option.WithEndpoint(strings.TrimSuffix(r.Storage, "/")+"/storage/v1/"),
		option.WithoutAuthentication(), storage.WithJSONReads())
	if err != nil {
		return nil, fmt.Errorf("fetch %s: %w", location, err)
	}
	defer client.Close()
	object := client.Bucket(bucket).Object(name).Retryer(storage.WithMaxAttempts(attempts), storage.WithBackoff(gax.Backoff{Initial: 500 * time.Millisecond}))
	reader, err := object.NewReader(ctx)
	if err != nil {
		return nil, fmt.Errorf("fetch %s from %s: %w", location, r.Storage, err)
	}
	defer reader.Close()
	content, err := io.ReadAll(reader)
	if err != nil {
		return nil, fmt.Errorf("fetch %s from %s: %w", location, r.Storage, err)
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
