#!/usr/bin/env python3
"""Cleans pages on Spark: each partition holds one dehusk and writes its pages through it.

usage: spark-submit dehusk_spark.py [--dehusk PROGRAM] [--sites] [--fields NAMES] [--partitions N] [--timeout SECONDS] INPUT OUTPUT

INPUT is a folder of Parquet files or of lines of JSON (*.jsonl, *.jsonl.gz) with the columns `html` or `text`, and perhaps `url` and `id`; or
of web archives (*.warc.gz), of which each is one task. OUTPUT receives Parquet files with the fields of docs/json.md as columns, JSON where a
field is no string. --sites counts first what each site repeats (docs/profiles.md). docs/spark.md tells the rest."""
import argparse
import json
import os
import select
import subprocess
import tempfile

FIELDS = "id,url,status,title,date,language,type,text,error"
READ_BYTES = 1 << 20


class Dehusk:
    """One dehusk --stream: records go in, answers come in their order. A page that ends or stalls it is answered with an error, and the next
    dehusk goes on behind it."""

    def __init__(self, command, timeout_s):
        self.command, self.timeout_s = command, timeout_s
        self.process = None

    def start(self):
        self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        os.set_blocking(self.process.stdin.fileno(), False)
        self.answers = b""

    def stop(self):
        if self.process:
            self.process.kill()
            self.process.stdin.close()
            self.process.stdout.close()
            self.process.wait()
        self.process = None

    def ask(self, line):
        """The answer to one record, a line of bytes; None if there is none."""
        if not self.process:
            self.start()
        out, into = self.process.stdout, self.process.stdin
        while b"\n" not in self.answers:
            readable, writable, _ = select.select([out], [into] if line else [], [], self.timeout_s)
            if writable:
                try:
                    line = line[os.write(into.fileno(), line):]
                except BrokenPipeError:
                    line = b""
            piece = os.read(out.fileno(), READ_BYTES) if readable else b""
            if not piece and not writable:
                self.stop()
                return None
            self.answers += piece
        answer, _, self.answers = self.answers.partition(b"\n")
        return answer.decode()


def failure(record, fields):
    """What stands for a page over which dehusk ended."""
    known = {"id": record.get("id"), "url": record.get("url"), "source": "stdin", "status": "error", "error": "dehusk ended or stalled over this page"}
    return json.dumps({name: known.get(name) for name in fields.split(",")})


def clean_pages(records, command, fields, timeout_s):
    """Answers, lines of JSON, to records, dicts."""
    dehusk = Dehusk([*command, "--stream", "--fields", fields], timeout_s)
    try:
        for record in records:
            answer = dehusk.ask(json.dumps(record).encode() + b"\n")
            yield answer if answer is not None else failure(record, fields)
    finally:
        dehusk.stop()


def clean_archives(archives, command, fields):
    """The same for pairs of a web archive's path and its bytes, by the filter."""
    for path, content in archives:
        with tempfile.NamedTemporaryFile(suffix=os.path.basename(path)) as f:
            f.write(content)
            f.flush()
            done = subprocess.run([*command, "--to", "jsonl", "--fields", fields, f.name], stdout=subprocess.PIPE, check=False)
        yield from done.stdout.decode().split("\n")[:-1]


def count_sites(records, program):
    """What the sites of some pages repeat: the bytes of a profile, or nothing where there is no page."""
    with tempfile.TemporaryDirectory() as place:
        pages, known = os.path.join(place, "pages.jsonl"), os.path.join(place, "profile")
        with open(pages, "w", encoding="utf-8") as f:
            empty = not any([f.write(json.dumps(record) + "\n") for record in records])
        if empty:
            return
        subprocess.run([program, "profile", "make", "-q", "-j", "1", "-o", known, pages], check=True)
        with open(known, "rb") as f:
            yield f.read()


def merge_profiles(program, *profiles):
    """One profile of several; it does not matter in which order they come."""
    with tempfile.TemporaryDirectory() as place:
        names = [os.path.join(place, str(i)) for i in range(len(profiles))]
        for name, profile in zip(names, profiles):
            with open(name, "wb") as f:
                f.write(profile)
        merged = os.path.join(place, "merged")
        subprocess.run([program, "profile", "merge", "-q", "-o", merged, *names], check=True)
        with open(merged, "rb") as f:
            return f.read()


def records_of(spark, path, partitions):
    """Pages of Parquet or JSON as dicts with what dehusk reads."""
    frame = spark.read.parquet(path) if has(path, ".parquet") else spark.read.json(path)
    wanted = [name for name in ("id", "url", "html", "text") if name in frame.columns]
    rows = frame.select(*wanted)
    if partitions:
        rows = rows.repartition(partitions)
    return rows.rdd.map(lambda row: {name: row[name] for name in wanted if row[name] is not None})


def has(path, ending):
    return path.endswith(ending) or (os.path.isdir(path) and any(name.endswith(ending) for name in os.listdir(path)))


def run(spark, options):
    """Cleans options.input into options.output; returns the path of the profile, if there is one."""
    from pyspark.sql.types import StringType, StructField, StructType
    program, fields, timeout_s = options.dehusk, options.fields, options.timeout
    schema = StructType([StructField(name, StringType()) for name in fields.split(",")])
    known, archives = None, has(options.input, ".warc.gz") or has(options.input, ".warc")
    command = [program, "-q"] if archives else [program]
    if options.sites:
        if archives:
            raise SystemExit("--sites: is for pages; of web archives make a profile with dehusk profile make, and give it with --profile")
        parts = records_of(spark, options.input, options.partitions).mapPartitions(lambda records: count_sites(records, program))
        handle, known = tempfile.mkstemp(prefix="dehusk-sites-")
        with os.fdopen(handle, "wb") as f:
            f.write(parts.treeReduce(lambda a, b: merge_profiles(program, a, b)))
    profile = known or options.profile
    if profile:
        spark.sparkContext.addFile(profile)
    name = os.path.basename(profile) if profile else None

    def with_profile():
        from pyspark import SparkFiles
        return command + (["--profile", SparkFiles.get(name)] if name else [])

    if archives:
        answers = spark.sparkContext.binaryFiles(options.input).mapPartitions(lambda files: clean_archives(files, with_profile(), fields))
    else:
        answers = records_of(spark, options.input, options.partitions).mapPartitions(lambda records: clean_pages(records, with_profile(), fields, timeout_s))
    spark.read.json(answers, schema=schema).write.parquet(options.output)
    return known


def main():
    from pyspark.sql import SparkSession
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dehusk", default="dehusk", help="the program, as every executor finds it")
    parser.add_argument("--sites", action="store_true", help="count first what each site repeats")
    parser.add_argument("--profile", help="what sites repeat, as dehusk profile makes it")
    parser.add_argument("--fields", default=FIELDS)
    parser.add_argument("--partitions", type=int, default=0, help="0: as the input has them")
    parser.add_argument("--timeout", type=float, default=600, help="seconds that a page may take")
    parser.add_argument("input")
    parser.add_argument("output")
    run(SparkSession.builder.appName("dehusk").getOrCreate(), parser.parse_args())


if __name__ == "__main__":
    main()
