module todo-backend/dev/cluster/pause

go 1.24.0
