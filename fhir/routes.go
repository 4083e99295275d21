package fhir

import (
	"net/http"
	"slices"
	"strings"

	"rosemary/access"
)

// route is one row of the table: what one method of one address does.
type route struct {
	method string
	path   string             // {type} and {id} stand for any word
	name   string             // of the interaction or operation, as the CapabilityStatement has it; "" says nothing there
	system bool               // it is an interaction of the whole server
	open   bool               // answers without a session
	needs  access.Interaction // what the scopes of a client must allow with the type of the path; 0: see need
	answer func(*call) (*reply, error)
	nobody bool     // it is about nobody: whoever is signed in may have it, whatever their scopes
	parts  []string // of the path
}

// table is what the door can do.
func table() []*route {
	rows := append(slices.Concat(definitionRoutes(), exportRoutes(), subscriptionRoutes(), auditRoutes(), transferRoutes(), workRoleRoutes(), compositionRoutes(), binaryRoutes()), []*route{
		{method: http.MethodGet, path: "/metadata", open: true, answer: (*call).metadata},
		{method: http.MethodPost, path: "", name: "transaction", system: true, answer: (*call).bundle},
		{method: http.MethodGet, path: "/_history", name: "history-system", system: true, answer: (*call).historyOfAll},
		{method: http.MethodPost, path: "/Provenance", needs: access.Creates, answer: (*call).createProvenance},
		{method: http.MethodGet, path: "/Provenance", needs: access.Searches, answer: (*call).searchProvenance},
		{method: http.MethodGet, path: "/Provenance/{id}", needs: access.Reads, answer: (*call).readProvenance},
		{method: http.MethodGet, path: "/{type}", name: "search-type", answer: (*call).search},
		{method: http.MethodPost, path: "/{type}/_search", needs: access.Searches, answer: (*call).search},
		{method: http.MethodGet, path: "/{type}/_history", name: "history-type", answer: (*call).historyOfAll},
		{method: http.MethodPost, path: "/{type}/$validate", name: "$validate", answer: (*call).validate},
		{method: http.MethodPost, path: "/{type}", name: "create", answer: (*call).create},
		{method: http.MethodPut, path: "/{type}", needs: access.Creates | access.Updates, answer: (*call).updateMeant},
		{method: http.MethodPatch, path: "/{type}", needs: access.Updates, answer: (*call).patchMeant},
		{method: http.MethodDelete, path: "/{type}", needs: access.Deletes, answer: (*call).deleteMeant},
		{method: http.MethodGet, path: "/{type}/{id}", name: "read", answer: (*call).read},
		{method: http.MethodPut, path: "/{type}/{id}", name: "update", answer: (*call).update},
		{method: http.MethodPatch, path: "/{type}/{id}", name: "patch", answer: (*call).patch},
		{method: http.MethodDelete, path: "/{type}/{id}", name: "delete", answer: (*call).delete},
		{method: http.MethodPost, path: "/{type}/{id}/$validate", needs: access.Looks | access.Writes, answer: (*call).validate},
		{method: http.MethodGet, path: "/{type}/{id}/$validate", needs: access.Looks | access.Writes, answer: (*call).validate},
		{method: http.MethodGet, path: "/{type}/{id}/$meta", name: "$meta", answer: (*call).meta},
		{method: http.MethodPost, path: "/{type}/{id}/$meta-add", needs: access.Updates, answer: (*call).noMeta},
		{method: http.MethodPost, path: "/{type}/{id}/$meta-delete", needs: access.Updates, answer: (*call).noMeta},
		{method: http.MethodGet, path: "/Patient/{id}/$everything", name: "$everything", answer: (*call).everything},
		{method: http.MethodGet, path: "/{type}/{id}/_history", name: "history-instance", answer: (*call).history},
		{method: http.MethodGet, path: "/{type}/{id}/_history/{version}", name: "vread", answer: (*call).vread},
	}...)
	for _, r := range rows {
		r.parts = strings.Split(r.path, "/")
	}
	return rows
}

// find gives the route of a method and a path behind Root, and what the path's words are; other says which methods the path takes otherwise.
func (s *service) find(method, path string) (found *route, words map[string]string, other []string) {
	var room [8]string
	got := room[:0]
	for part := range strings.SplitSeq(path, "/") {
		got = append(got, part)
	}
	for _, r := range s.routes {
		switch {
		case !r.fits(got):
		case r.method == method || r.method == http.MethodGet && method == http.MethodHead:
			if found == nil {
				found, words = r, r.words(got)
			}
		default:
			other = append(other, r.method)
		}
	}
	return found, words, other
}

// fits says whether a path is one of the route's.
func (r *route) fits(got []string) bool {
	if len(r.parts) != len(got) {
		return false
	}
	for i, want := range r.parts {
		switch {
		case !strings.HasPrefix(want, "{"):
			if want != got[i] {
				return false
			}
		case got[i] == "" || strings.ContainsAny(got[i][:1], "_$") || got[i] == "metadata":
			return false
		}
	}
	return true
}

// words are what stands in a path where the route has a word in braces.
func (r *route) words(got []string) map[string]string {
	words := map[string]string{}
	for i, want := range r.parts {
		if strings.HasPrefix(want, "{") {
			words[strings.Trim(want, "{}")] = got[i]
		}
	}
	return words
}
