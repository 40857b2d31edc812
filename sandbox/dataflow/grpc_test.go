package dataflow

import (
	"net"
	"net/http"
	"testing"
	"time"

	pb "cloud.google.com/go/dataflow/apiv1beta3/dataflowpb"
	api "google.golang.org/api/dataflow/v1b3"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/structpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/GlobalFishingWatch/dit/sandbox/dataflow/lease"
)

// dial opens the gRPC form of a service.
func dial(t *testing.T, s *Service) *grpc.ClientConn {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	protocols := new(http.Protocols)
	protocols.SetUnencryptedHTTP2(true)
	server := &http.Server{Handler: s, Protocols: protocols}
	go server.Serve(listener)
	conn, err := grpc.NewClient(listener.Addr().String(), grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		conn.Close()
		server.Close()
	})
	return conn
}

// The gRPC form is the same service: what one makes the other shows.
func TestGRPC(t *testing.T) {
	s := serve(t, Config{}, patient)
	conn := dial(t, s.service)
	jobs := pb.NewJobsV1Beta3Client(conn)
	options, err := structpb.NewStruct(map[string]any{"options": map[string]any{"pipelineUrl": "gs://b/p", "temp_location": "gs://b/t"}})
	if err != nil {
		t.Fatal(err)
	}
	job := &pb.Job{Name: "words", ClientRequestId: "r", Type: pb.JobType_JOB_TYPE_STREAMING, Labels: map[string]string{"a": "b"},
		Environment: &pb.Environment{SdkPipelineOptions: options, WorkerPools: []*pb.WorkerPool{{NumWorkers: 2, DiskSizeGb: 30}}}}
	create := &pb.CreateJobRequest{ProjectId: "p", Location: region, Job: job}
	made, err := jobs.CreateJob(t.Context(), create)
	if err != nil || made.GetCurrentState() != pb.JobState_JOB_STATE_PENDING || made.GetClientRequestId() != "r" || made.GetCreateTime().AsTime().Before(time.Now().Add(-time.Minute)) {
		t.Fatalf("created %v, %v", made, err)
	}
	if got := s.get(made.GetId()); got.Type != "JOB_TYPE_STREAMING" || got.Environment.WorkerPools[0].NumWorkers != 2 || option(got, "temp_location") != "gs://b/t" {
		t.Errorf("by REST: %+v", got)
	}
	job.ClientRequestId = "other"
	if _, err := jobs.CreateJob(t.Context(), create); status.Code(err) != codes.AlreadyExists {
		t.Errorf("a second job: %v", err)
	}
	job.Name = "No Name"
	if _, err := jobs.CreateJob(t.Context(), create); status.Code(err) != codes.InvalidArgument {
		t.Errorf("a bad name: %v", err)
	}
	at := &pb.GetJobRequest{ProjectId: "p", Location: region, JobId: made.GetId(), View: pb.JobView_JOB_VIEW_SUMMARY}
	if got, err := jobs.GetJob(t.Context(), at); err != nil || got.GetEnvironment() != nil || got.GetLabels()["a"] != "b" {
		t.Errorf("got %v, %v", got, err)
	}
	if _, err := jobs.GetJob(t.Context(), &pb.GetJobRequest{ProjectId: "p", JobId: "absent"}); status.Code(err) != codes.NotFound {
		t.Errorf("an absent job: %v", err)
	}
	list, err := jobs.ListJobs(t.Context(), &pb.ListJobsRequest{ProjectId: "p", Location: region, Filter: pb.ListJobsRequest_ACTIVE, PageSize: 5})
	if err != nil || len(list.GetJobs()) != 1 {
		t.Errorf("listed %v, %v", list, err)
	}
	if list, err := jobs.AggregatedListJobs(t.Context(), &pb.ListJobsRequest{ProjectId: "p", Filter: pb.ListJobsRequest_TERMINATED}); err != nil || len(list.GetJobs()) != 0 {
		t.Errorf("aggregated %v, %v", list, err)
	}

	s.poll("w", lease.DefaultImage)
	s.report(lease.Report{Worker: "w", Job: made.GetId(), State: stateRunning, Messages: []lease.Message{{Time: time.Now(), Importance: messageError, Text: "oh no"}},
		Metrics: []*api.MetricUpdate{{Name: &api.MetricStructuredName{Origin: "user", Name: "n", Context: map[string]string{"tentative": "true"}}, Scalar: 7}}})
	said, err := pb.NewMessagesV1Beta3Client(conn).ListJobMessages(t.Context(), &pb.ListJobMessagesRequest{ProjectId: "p", Location: region, JobId: made.GetId(),
		MinimumImportance: pb.JobMessageImportance_JOB_MESSAGE_ERROR, StartTime: timestamppb.New(time.Now().Add(-time.Minute))})
	if err != nil || len(said.GetJobMessages()) != 1 || said.GetJobMessages()[0].GetMessageText() != "oh no" {
		t.Errorf("messages %v, %v", said, err)
	}
	metrics, err := pb.NewMetricsV1Beta3Client(conn).GetJobMetrics(t.Context(), &pb.GetJobMetricsRequest{ProjectId: "p", Location: region, JobId: made.GetId()})
	if err != nil || len(metrics.GetMetrics()) != 1 || metrics.GetMetrics()[0].GetScalar().GetNumberValue() != 7 || metrics.GetMetrics()[0].GetName().GetContext()["tentative"] != "true" {
		t.Errorf("metrics %v, %v", metrics, err)
	}
	cancel := &pb.UpdateJobRequest{ProjectId: "p", Location: region, JobId: made.GetId(), Job: &pb.Job{RequestedState: pb.JobState_JOB_STATE_CANCELLED}}
	if got, err := jobs.UpdateJob(t.Context(), cancel); err != nil || got.GetCurrentState() != pb.JobState_JOB_STATE_CANCELLING {
		t.Errorf("cancelled %v, %v", got, err)
	}
	templates := pb.NewTemplatesServiceClient(conn)
	if _, err := templates.LaunchTemplate(t.Context(), &pb.LaunchTemplateRequest{ProjectId: "p", Location: region, Template: &pb.LaunchTemplateRequest_GcsPath{GcsPath: "nowhere"}}); status.Code(err) != codes.InvalidArgument {
		t.Errorf("a template: %v", err)
	}
	if _, err := templates.GetTemplate(t.Context(), &pb.GetTemplateRequest{}); status.Code(err) != codes.Unimplemented {
		t.Errorf("what is not served: %v", err)
	}
}
