#!/usr/bin/env python3
"""Pages cleaned on Spark, two workers of one machine, are byte for byte what the command makes of them.

usage: run.py BUILD_DIR. Skipped with a word where PySpark (contrib/spark/requirements.txt) or Java is missing."""
import argparse
import glob
import gzip
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile

TOP = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
sys.path[:0] = [os.path.join(TOP, "contrib", "spark"), os.path.join(TOP, "tests", "batch")]
sys.dont_write_bytecode = True


def skip(why):
    print(f"spark: skipped, {why}")
    sys.exit(0)


def made_pages():
    """Records: real pages of the fixtures, a site whose pages repeat much, and pages that are none."""
    import sites
    records = []
    for path in sorted(glob.glob(os.path.join(TOP, "fixtures", "*", "input.html"))):
        with open(path, "rb") as f:
            records.append({"id": os.path.basename(os.path.dirname(path)), "html": f.read().decode("utf-8", "replace")})
    for i in range(40):
        records.append({"id": str(i), "url": f"http://paper.example.org/{i}", "html": sites.page(i).decode()})
    records.append({"id": "none", "text": ""})
    return records


def by_command(dehusk, pages, place, profile, fields):
    out = os.path.join(place, "command.jsonl")
    subprocess.run([dehusk, "-q", "--to", "jsonl", "--fields", fields, *profile, "-o", out, pages], check=True)
    with open(out, encoding="utf-8") as f:
        return [json.loads(line) for line in f]


def compare(name, spark, options, want, key):
    import dehusk_spark
    known = dehusk_spark.run(spark, options)
    got = [row.asDict() for row in spark.read.parquet(options.output).collect()]
    want = want(known)
    if known:
        os.unlink(known)
    same = sorted(got, key=lambda r: r[key] or "") == sorted(want, key=lambda r: r[key] or "") and len(got) > 40
    print(f"{'ok' if same else 'FAILED':8} {name}: {len(got)} pages")
    return same


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    if importlib.util.find_spec("pyspark") is None:
        skip("PySpark is not installed (contrib/spark/requirements.txt)")
    if not shutil.which("java"):
        skip("Java is not installed")
    import containers
    import dehusk_spark
    from pyspark.sql import SparkSession
    dehusk = os.path.join(os.path.abspath(sys.argv[1]), "dehusk")
    place = tempfile.mkdtemp(prefix="dehusk-spark-")
    # Python workers import the module by name.
    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
    os.environ["PYTHONPATH"] = os.pathsep.join([os.path.join(TOP, "contrib", "spark"), os.environ.get("PYTHONPATH", "")])
    spark = (SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false").config("spark.driver.bindAddress", "127.0.0.1")
             .config("spark.driver.host", "127.0.0.1").config("spark.ui.showConsoleProgress", "false").config("spark.sql.shuffle.partitions", "2").getOrCreate())
    spark.sparkContext.setLogLevel("ERROR")
    try:
        records, fields = made_pages(), dehusk_spark.FIELDS
        os.makedirs(os.path.join(place, "pages"))
        pages = os.path.join(place, "pages", "all.jsonl")
        with open(pages, "w", encoding="utf-8") as f:
            f.writelines(json.dumps(r) + "\n" for r in records)
        of = {f"{i}.html": r["html"].encode() for i, r in enumerate(records) if "html" in r}
        os.makedirs(os.path.join(place, "archives"))
        archive = os.path.join(place, "archives", "a.warc.gz")
        with gzip.open(archive, "wb") as f:
            f.write(containers.warc(of))

        def options(name, source, **more):
            base = {"dehusk": dehusk, "sites": False, "profile": None, "fields": fields, "partitions": 0, "timeout": 60.0}
            return argparse.Namespace(**{**base, "input": source, "output": os.path.join(place, name), **more})

        good = [compare("lines of JSON", spark, options("1", pages), lambda _: by_command(dehusk, pages, place, ["--no-profile"], fields), "id"),
                compare("two passes", spark, options("2", pages, sites=True, partitions=3),
                        lambda known: by_command(dehusk, pages, place, ["--profile", known], fields), "id"),
                compare("web archives", spark, options("3", os.path.dirname(archive)),
                        lambda _: by_command(dehusk, archive, place, ["--no-profile"], fields), "url")]
        spark.read.json(pages).write.parquet(os.path.join(place, "as.parquet"))
        good.append(compare("Parquet", spark, options("4", os.path.join(place, "as.parquet")),
                            lambda _: by_command(dehusk, pages, place, ["--no-profile", "--restart"], fields), "id"))
    finally:
        spark.stop()
        shutil.rmtree(place)
    sys.exit(0 if all(good) else 1)


if __name__ == "__main__":
    main()
