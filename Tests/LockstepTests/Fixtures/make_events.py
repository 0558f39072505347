"""Writes the event file that TensorBoardEventsTests expects, by TensorBoard's own messages and records.

    pip install tensorboard==2.21.0 && python3 make_events.py

prints the file in Base64, in lines of 96 characters.
"""

import base64
import io

from tensorboard.compat.proto import event_pb2
from tensorboard.summary.writer.record_writer import RecordWriter

BEGUN = 1_796_000_000.0
EPOCHS = [
    # seconds since the run began, steps, scalars
    (2.5, 125, {"loss/train": 0.6169, "loss/test": 0.3467, "accuracy/train": 0.798,
                "accuracy/test": 0.894, "learning_rate": 0.0997, "images_per_second": 984630.5}),
    (4.0, 100_000_000_000, {"loss/train": 1e-3, "loss/validation": float("inf"),
                            "accuracy/train": 1.0, "accuracy/validation": 0.5,
                            "learning_rate": 0.0, "gradient_norm": 0.25}),
]


def main():
    file = io.BytesIO()
    writer = RecordWriter(file)
    head = event_pb2.Event(wall_time=BEGUN, file_version="brain.Event:2")
    writer.write(head.SerializeToString())
    for seconds, steps, scalars in EPOCHS:
        event = event_pb2.Event(wall_time=BEGUN + seconds, step=steps)
        for tag, value in scalars.items():
            event.summary.value.add(tag=tag, simple_value=value)
        writer.write(event.SerializeToString())
    text = base64.b64encode(file.getvalue()).decode()
    for start in range(0, len(text), 96):
        print(text[start:start + 96])


main()
