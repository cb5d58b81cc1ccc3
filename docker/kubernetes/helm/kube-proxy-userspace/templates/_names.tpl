{{- define "selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "labels" -}}
{{ include "selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}

{{/* Something for an address and port that other processes of this node alone reach, nothing for others. */}}
{{- define "onLoopback" -}}
{{- if regexMatch `^(127\.|\[(0*:)+0*1\]|\[::ffff:127\.)` (lower .) }}yes{{ end }}
{{- end }}
