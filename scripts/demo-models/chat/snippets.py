"""Short code examples, each in a fenced block so that the chat shows it as code."""
from phrases import ask

HELLO = {
    "Python": 'print("Hello, world!")',
    "JavaScript": 'console.log("Hello, world!");',
    "TypeScript": 'const text: string = "Hello, world!";\nconsole.log(text);',
    "Java": 'public class Hello {\n  public static void main(String[] args) {\n    System.out.println("Hello, world!");\n  }\n}',
    "C": '#include <stdio.h>\n\nint main(void) {\n  printf("Hello, world!\\n");\n  return 0;\n}',
    "C++": '#include <iostream>\n\nint main() {\n  std::cout << "Hello, world!\\n";\n}',
    "C#": 'Console.WriteLine("Hello, world!");',
    "Go": 'package main\n\nimport "fmt"\n\nfunc main() {\n  fmt.Println("Hello, world!")\n}',
    "Rust": 'fn main() {\n    println!("Hello, world!");\n}',
    "Ruby": 'puts "Hello, world!"',
    "PHP": '<?php\necho "Hello, world!";',
    "Bash": 'echo "Hello, world!"',
    "HTML": '<!DOCTYPE html>\n<html>\n  <body>\n    <h1>Hello, world!</h1>\n  </body>\n</html>',
}
FENCE = {"C++": "cpp", "C#": "csharp"}
ALIASES = {"JavaScript": ["JavaScript", "JS", "javascript"], "TypeScript": ["TypeScript", "TS"], "Python": ["Python", "python 3", "py"],
           "Bash": ["Bash", "a shell script", "shell"], "C#": ["C#", "c sharp"], "C++": ["C++", "cpp"], "Go": ["Go", "golang"]}

# what it is called: {language: code}
TASKS = {
    "a for loop|a loop|a loop from 0 to 4|a simple loop|a for loop that counts": {
        "Python": "for i in range(5):\n    print(i)",
        "JavaScript": "for (let i = 0; i < 5; i++) {\n  console.log(i);\n}",
        "TypeScript": "for (let i = 0; i < 5; i++) {\n  console.log(i);\n}"},
    "a function that adds two numbers|an add function|a function to add two numbers|a function|a function for adding numbers|"
    "a simple function": {
        "Python": "def add(a, b):\n    return a + b",
        "JavaScript": "function add(a, b) {\n  return a + b;\n}",
        "TypeScript": "function add(a: number, b: number): number {\n  return a + b;\n}"},
    "how to reverse a string|a function that reverses a string|reversing a string|string reversal": {
        "Python": "def reverse(text):\n    return text[::-1]",
        "JavaScript": 'function reverse(text) {\n  return [...text].reverse().join("");\n}',
        "TypeScript": 'function reverse(text: string): string {\n  return [...text].reverse().join("");\n}'},
    "how to read a file|a function that reads a file|reading a file|a file reader": {
        "Python": 'with open("notes.txt") as file:\n    text = file.read()',
        "JavaScript": 'import { readFile } from "node:fs/promises";\n\nconst text = await readFile("notes.txt", "utf8");',
        "TypeScript": 'import { readFile } from "node:fs/promises";\n\nconst text = await readFile("notes.txt", "utf8");'},
    "an if statement|a condition|how to use if|if and else|an if else statement": {
        "Python": 'if x > 10:\n    print("big")\nelse:\n    print("small")',
        "JavaScript": 'if (x > 10) {\n  console.log("big");\n} else {\n  console.log("small");\n}',
        "TypeScript": 'if (x > 10) {\n  console.log("big");\n} else {\n  console.log("small");\n}'},
    "a class|a simple class|how to write a class|a class with a name|a small class": {
        "Python": "class Dog:\n    def __init__(self, name):\n        self.name = name",
        "JavaScript": "class Dog {\n  constructor(name) {\n    this.name = name;\n  }\n}",
        "TypeScript": "class Dog {\n  constructor(readonly name: string) {}\n}"},
    "how to sort a list|sorting a list|a sorted list|how to sort numbers|a function that sorts numbers": {
        "Python": "numbers = [3, 1, 2]\nnumbers.sort()\nprint(numbers)",
        "JavaScript": "const numbers = [3, 1, 2];\nnumbers.sort((a, b) => a - b);\nconsole.log(numbers);",
        "TypeScript": "const numbers: number[] = [3, 1, 2];\nnumbers.sort((a, b) => a - b);\nconsole.log(numbers);"},
    "a list|an array|how to make a list|how to make an array|a list of fruits": {
        "Python": 'fruits = ["apple", "banana", "cherry"]\nprint(fruits[0])',
        "JavaScript": 'const fruits = ["apple", "banana", "cherry"];\nconsole.log(fruits[0]);',
        "TypeScript": 'const fruits: string[] = ["apple", "banana", "cherry"];\nconsole.log(fruits[0]);'},
    "fizzbuzz|the fizzbuzz program|a fizzbuzz|fizz buzz": {
        "Python": 'for i in range(1, 101):\n    text = "Fizz" * (i % 3 == 0) + "Buzz" * (i % 5 == 0)\n    print(text or i)',
        "JavaScript": 'for (let i = 1; i <= 100; i++) '
                      '{\n  const text = (i % 3 ? "" : "Fizz") + (i % 5 ? "" : "Buzz");\n  console.log(text || i);\n}',
        "TypeScript": 'for (let i = 1; i <= 100; i++) '
                      '{\n  const text = (i % 3 ? "" : "Fizz") + (i % 5 ? "" : "Buzz");\n  console.log(text || i);\n}'},
    "the factorial|a factorial function|a function for the factorial|how to compute a factorial": {
        "Python": "def factorial(n):\n    return 1 if n < 2 else n * factorial(n - 1)",
        "JavaScript": "function factorial(n) {\n  return n < 2 ? 1 : n * factorial(n - 1);\n}",
        "TypeScript": "function factorial(n: number): number {\n  return n < 2 ? 1 : n * factorial(n - 1);\n}"},
}
LANGUAGES = ["Python", "JavaScript", "TypeScript"]
OTHER = [
    ("(a sql query|a query in sql|a select in sql|some sql|a select statement|a database query|an sql query|sql code)", "sql", "SELECT "
        "name, age\nFROM people\nWHERE age > 30\nORDER BY name;"),
    ("(a json file|some json|a json object|an example of json|json|an example json file)", "json", '{\n  "name": "Ada",\n  "age": 36,\n  "likes": ["tea", "numbers"]\n}'),
    ("(a git commit|how to make a git commit|how to commit with git|the git commands for a commit|git commands)", "bash", 'git add .\ngit commit -m "Say what changed"'),
]
SHOW = ("(show me|write|write me|give me|can you show me|please write|i need|i want|can you write|show|could you write|"
        "an example of|can you give me|show me an example of|let me see|generate|code|i would like|could you show me|create|"
        "make)")
MARKDOWN = """# A heading

Some **bold** and some *italic* text.

1. first
2. second

> A quote"""
TABLE = """| Section | What it shows |
| --- | --- |
| Recommended | models worth pulling |
| Downloaded | models on your disk |
| Running | models deployed now |"""


def fenced(language, code):
    return f"```{FENCE.get(language, language.lower())}\n{code}\n```"


def hello_answer(language):
    return f"Hello world in {language}:\n\n{fenced(language, HELLO[language])}"


def task_answer(task, language):
    return f"Here it is in {language}:\n\n{fenced(language, TASKS[task][language])}"


def called(rng, language):
    return rng.choice(ALIASES.get(language, [language]) + [language])


def snippet(rng):
    kind = rng.random()
    if kind < 0.4:
        language = rng.choice(list(HELLO)) if rng.random() < 0.7 else rng.choice(LANGUAGES)
        pattern = (f"{SHOW} [a |the |](hello world|hello world program|hello world example|hello world code|hello-world|"
                   f"program that prints hello world) (in|in|in|for|with) {{x}}")
        if rng.random() < 0.3:
            pattern = ("(hello world in {x}|hello world {x}|{x} hello world|how do i write hello world in {x}|"
                       "how do i print hello world in {x}|what does hello world look like in {x}|how to say hello world in {x}|"
                       "print hello world in {x}|how do you write hello world in {x})")
        return ask(rng, pattern, hello_answer(language), slots={"x": called(rng, language)}, topic="hello world")
    if kind < 0.8:
        task = rng.choice(list(TASKS))
        named = rng.choice(task.split("|"))
        language = rng.choice(LANGUAGES)
        pattern = f"{SHOW} {named} (in|in|in|for|with) {{x}}"
        if rng.random() < 0.15:
            pattern = (f"({named} in {{x}}|in {{x}}, {named}|in {{x}}, show me {named}|how do i write {named} in {{x}}|"
                       f"what does {named} look like in {{x}})").replace("write how to", "find out how to").replace("does how to", "does code to")
        elif rng.random() < 0.15:
            language, pattern = "Python", f"{SHOW} {named}[ in code|, please]"  # no language named: Python
        return ask(rng, pattern, task_answer(task, language), slots={"x": called(rng, language)}, topic=f"code:{task}")
    if kind < 0.88:
        names, language, code = rng.choice(OTHER)
        return ask(rng, f"{SHOW} {names}", f"Here is an example:\n\n{fenced(language, code)}", topic="code")
    if kind < 0.92:
        return ask(rng, f"{SHOW} (some markdown|markdown|a markdown example|how markdown looks|a text in markdown|"
                        f"some formatted text|markdown formatting)", f"Here is some Markdown:\n\n{fenced('markdown', MARKDOWN)}", topic="code")
    if kind < 0.95:
        return ask(rng, f"{SHOW} (a table|a markdown table|a small table|an example table|a table of the sections|"
                        f"a table of the sidebar)", TABLE, topic="code")
    return ask(rng, "(can you code|can you write code|can you program|do you write code|do you know how to code|"
                    "can you write programs|can you help me with code|can you write a program|are you good at coding|"
                    "can you help me code|can you write software|which programming languages do you know|"
                    "what programming languages do you know|what code can you write|write some code|show me some code|"
                    "give me a code example|can you write some code|show me code|write a program|write code)",
               "A little. Ask me for hello world in a language, or for a loop, a function or a class in Python, JavaScript or "
               "TypeScript.", topic="can code")


def follow_up(rng, before):
    pattern = ("(and in {x}|what about {x}|now in {x}|the same in {x}|and the same in {x}|how about {x}|show me that in {x}|"
               "and what about {x}|can you do that in {x}|in {x}|do the same in {x}|and how is it in {x})")
    if before.topic == "hello world":
        language = rng.choice(list(HELLO))
        return ask(rng, pattern, hello_answer(language), slots={"x": called(rng, language)}, topic="hello world", around=False)
    if before.topic.startswith("code:"):
        language = rng.choice(LANGUAGES)
        return ask(rng, pattern, task_answer(before.topic[5:], language), slots={"x": called(rng, language)}, topic=before.topic, around=False)
    return None
