"""Objects of the Kubernetes API, with what a cluster's have beside what a proxy reads: it is read over, which costs."""

TIME = "2026-01-01T00:00:00Z"
UID = "6a0b1c3e-52f1-4d0e-9a54-3c1d5f6b7a{:02x}"


def service(name, address, port):
    manager = {"f:metadata": {"f:annotations": {}, "f:labels": {".": {}, "f:app": {}}},
               "f:spec": {"f:internalTrafficPolicy": {}, "f:ports": {".": {}, f'k:{{"port":{port},"protocol":"TCP"}}': {
                   ".": {}, "f:port": {}, "f:protocol": {}, "f:targetPort": {}}}, "f:selector": {}, "f:type": {}}}
    return {
        "kind": "Service", "apiVersion": "v1",
        "metadata": metadata(name, "kubectl-client-side-apply", manager, namespace="default", labels={"app": name}),
        "spec": {"ports": [{"protocol": "TCP", "port": port, "targetPort": port}], "selector": {"app": name},
                 "clusterIP": address, "clusterIPs": [address], "type": "ClusterIP", "sessionAffinity": "None",
                 "ipFamilies": ["IPv4"], "ipFamilyPolicy": "SingleStack", "internalTrafficPolicy": "Cluster"},
        "status": {"loadBalancer": {}}}


def endpoint_slice(service_name, port, addresses):
    name = f"{service_name}-x7k2p"
    manager = {"f:addressType": {}, "f:endpoints": {}, "f:ports": {}, "f:metadata": {
        "f:annotations": {".": {}, "f:endpoints.kubernetes.io/last-change-trigger-time": {}},
        "f:generateName": {}, "f:labels": {".": {}, "f:kubernetes.io/service-name": {}}, "f:ownerReferences": {}}}
    return {
        "kind": "EndpointSlice", "apiVersion": "discovery.k8s.io/v1",
        "metadata": metadata(name, "kube-controller-manager", manager, namespace="default", annotations={
            "endpoints.kubernetes.io/last-change-trigger-time": TIME}, labels={
            "app": service_name, "endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io",
            "kubernetes.io/service-name": service_name}, ownerReferences=[{
                "apiVersion": "v1", "kind": "Service", "name": service_name, "uid": UID.format(0), "controller": True,
                "blockOwnerDeletion": True}]),
        "addressType": "IPv4",
        "endpoints": [endpoint(f"{service_name}-5d4f8c7b9-{i:05x}", address, i) for i, address in enumerate(addresses)],
        "ports": [{"name": "", "protocol": "TCP", "port": port}]}


def endpoint(pod, address, i):
    return {"addresses": [address], "conditions": {"ready": True, "serving": True, "terminating": False},
            "targetRef": {"kind": "Pod", "namespace": "default", "name": pod, "uid": UID.format(i)},
            "nodeName": f"node-{i}", "zone": "zone-a"}


def node(name, address):
    conditions = ["NetworkUnavailable", "MemoryPressure", "DiskPressure", "PIDPressure", "Ready"]
    images = [{"names": [f"registry.example/app-{i}@sha256:{i:064x}", f"registry.example/app-{i}:v1"],
               "sizeBytes": 50_000_000} for i in range(50)]
    manager = {"f:status": {"f:conditions": {f'k:{{"type":"{condition}"}}': {
        "f:lastHeartbeatTime": {}, "f:message": {}, "f:reason": {}, "f:status": {}} for condition in conditions}}}
    return {"kind": "Node", "apiVersion": "v1", "metadata": metadata(name, "kubelet", manager), "spec": {}, "status": {
        "addresses": [{"type": "InternalIP", "address": address}, {"type": "Hostname", "address": name}],
        "conditions": [{"type": condition, "status": "False", "lastHeartbeatTime": TIME, "lastTransitionTime": TIME,
                        "reason": f"KubeletHasNo{condition}", "message": f"kubelet has no {condition}"}
                       for condition in conditions],
        "capacity": {"cpu": "4", "memory": "16Gi", "pods": "110"},
        "allocatable": {"cpu": "4", "memory": "15Gi", "pods": "110"}, "images": images}}


def metadata(name, manager, fields, **others):
    return {"name": name, "uid": UID.format(0), "resourceVersion": "@VERSION", "generation": 1,
            "creationTimestamp": TIME, **others, "managedFields": [{
                "manager": manager, "operation": "Update", "apiVersion": "v1", "time": TIME, "fieldsType": "FieldsV1",
                "fieldsV1": fields}]}


def kubeconfig(server):
    """Of a server that asks nobody who they are."""
    return {"apiVersion": "v1", "kind": "Config", "current-context": "bench",
            "clusters": [{"name": "bench", "cluster": {"server": server}}],
            "users": [{"name": "bench", "user": {}}],
            "contexts": [{"name": "bench", "context": {"cluster": "bench", "user": "bench"}}]}
