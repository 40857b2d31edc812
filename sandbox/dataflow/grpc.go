package dataflow

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	pb "cloud.google.com/go/dataflow/apiv1beta3/dataflowpb"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// GRPCPrefix begins the paths of the API's gRPC form, which newer SDKs of Beam speak.
const GRPCPrefix = "/google.dataflow.v1beta3."

// newGRPC serves the same calls as the REST API: Google's JSON form of a message is the same in both.
func newGRPC(s *Service) *grpc.Server {
	server := grpc.NewServer()
	pb.RegisterJobsV1Beta3Server(server, &jobsServer{service: s})
	pb.RegisterMessagesV1Beta3Server(server, &messagesServer{service: s})
	pb.RegisterMetricsV1Beta3Server(server, &metricsServer{service: s})
	pb.RegisterTemplatesServiceServer(server, &templatesServer{service: s})
	return server
}

// place is what every request says: where it is for.
type place interface {
	GetProjectId() string
	GetLocation() string
}

// paged are the requests for a page of a list.
type paged interface {
	GetPageSize() int32
	GetPageToken() string
}

func page32(r paged, query url.Values) url.Values {
	query.Set("pageSize", strconv.Itoa(int(r.GetPageSize())))
	query.Set("pageToken", r.GetPageToken())
	return query
}

// through answers a gRPC request by the function that answers it in the REST API.
func through(ctx context.Context, f func(call) (any, error), at place, job string, query url.Values, body, into proto.Message) error {
	var content []byte
	if body != nil {
		var err error
		if content, err = protojson.Marshal(body); err != nil {
			return status.Errorf(codes.InvalidArgument, "the request has no JSON form: %v", err)
		}
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "/?"+query.Encode(), bytes.NewReader(content))
	if err != nil {
		return status.Errorf(codes.Internal, "pass the request on: %v", err)
	}
	request.SetPathValue("job", job)
	value, err := f(call{Request: request, project: at.GetProjectId(), region: at.GetLocation()})
	if err != nil {
		return grpcError(err)
	}
	content, err = json.Marshal(value)
	if err == nil {
		err = protojson.UnmarshalOptions{DiscardUnknown: true}.Unmarshal(content, into)
	}
	if err != nil {
		return status.Errorf(codes.Internal, "give the answer its gRPC form: %v", err)
	}
	return nil
}

// grpcError is an error with the code that its status names.
func grpcError(err error) error {
	var e *apiError
	code := codes.Internal
	if errors.As(err, &e) {
		_ = code.UnmarshalJSON([]byte(fmt.Sprintf("%q", e.status))) // the names are Google's own
	}
	return status.Error(code, err.Error())
}

func timeQuery(query url.Values, name string, at *timestamppb.Timestamp) {
	if at != nil {
		query.Set(name, stamp(at.AsTime()))
	}
}

type jobsServer struct {
	pb.UnimplementedJobsV1Beta3Server
	service *Service
}

func (j *jobsServer) CreateJob(ctx context.Context, r *pb.CreateJobRequest) (*pb.Job, error) {
	job := new(pb.Job)
	sent := r.GetJob()
	if sent == nil {
		sent = new(pb.Job)
	}
	return job, through(ctx, j.service.create, r, "", url.Values{"view": {r.GetView().String()}}, sent, job)
}

func (j *jobsServer) GetJob(ctx context.Context, r *pb.GetJobRequest) (*pb.Job, error) {
	job := new(pb.Job)
	return job, through(ctx, j.service.get, r, r.GetJobId(), url.Values{"view": {r.GetView().String()}}, nil, job)
}

func (j *jobsServer) UpdateJob(ctx context.Context, r *pb.UpdateJobRequest) (*pb.Job, error) {
	job := new(pb.Job)
	wanted := r.GetJob()
	if wanted == nil {
		wanted = new(pb.Job)
	}
	return job, through(ctx, j.service.update, r, r.GetJobId(), nil, wanted, job)
}

func (j *jobsServer) ListJobs(ctx context.Context, r *pb.ListJobsRequest) (*pb.ListJobsResponse, error) {
	list := new(pb.ListJobsResponse)
	query := page32(r, url.Values{"filter": {r.GetFilter().String()}, "name": {r.GetName()}})
	return list, through(ctx, j.service.list, r, "", query, nil, list)
}

func (j *jobsServer) AggregatedListJobs(ctx context.Context, r *pb.ListJobsRequest) (*pb.ListJobsResponse, error) {
	list := new(pb.ListJobsResponse)
	query := page32(r, url.Values{"filter": {r.GetFilter().String()}, "name": {r.GetName()}})
	return list, through(ctx, j.service.aggregated, r, "", query, nil, list)
}

type messagesServer struct {
	pb.UnimplementedMessagesV1Beta3Server
	service *Service
}

func (m *messagesServer) ListJobMessages(ctx context.Context, r *pb.ListJobMessagesRequest) (*pb.ListJobMessagesResponse, error) {
	list := new(pb.ListJobMessagesResponse)
	query := page32(r, url.Values{"minimumImportance": {r.GetMinimumImportance().String()}})
	timeQuery(query, "startTime", r.GetStartTime())
	timeQuery(query, "endTime", r.GetEndTime())
	return list, through(ctx, m.service.messages, r, r.GetJobId(), query, nil, list)
}

type metricsServer struct {
	pb.UnimplementedMetricsV1Beta3Server
	service *Service
}

func (m *metricsServer) GetJobMetrics(ctx context.Context, r *pb.GetJobMetricsRequest) (*pb.JobMetrics, error) {
	metrics := new(pb.JobMetrics)
	query := url.Values{}
	timeQuery(query, "startTime", r.GetStartTime())
	return metrics, through(ctx, m.service.metrics, r, r.GetJobId(), query, nil, metrics)
}

type templatesServer struct {
	pb.UnimplementedTemplatesServiceServer
	service *Service
}

func (t *templatesServer) CreateJobFromTemplate(ctx context.Context, r *pb.CreateJobFromTemplateRequest) (*pb.Job, error) {
	job := new(pb.Job)
	return job, through(ctx, t.service.createFromTemplate, r, "", nil, r, job)
}

func (t *templatesServer) LaunchTemplate(ctx context.Context, r *pb.LaunchTemplateRequest) (*pb.LaunchTemplateResponse, error) {
	launched := new(pb.LaunchTemplateResponse)
	asked := r.GetLaunchParameters()
	if asked == nil {
		asked = new(pb.LaunchTemplateParameters)
	}
	query := url.Values{"gcsPath": {r.GetGcsPath()}, "validateOnly": {strconv.FormatBool(r.GetValidateOnly())},
		"dynamicTemplate.gcsPath": {r.GetDynamicTemplate().GetGcsPath()}}
	return launched, through(ctx, t.service.launch, r, "", query, asked, launched)
}
