#include "apps/cli/completions.hpp"

#include <memory>
#include <string>

namespace breakeven::cli {
namespace {

std::vector<const CLI::App*> commands_of(const CLI::App& app) {
  return app.get_subcommands([](const CLI::App*) { return true; });
}

/// Every "--long" and "-s" name of a command, separated by spaces.
std::string option_words(const CLI::App& app) {
  std::string words;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) words += "--" + name + " ";
    for (const std::string& name : option->get_snames()) words += "-" + name + " ";
  }
  return words;
}

std::string command_words(const CLI::App& app) {
  std::string words;
  for (const CLI::App* command : commands_of(app)) words += command->get_name() + " ";
  return words;
}

std::string bash(const CLI::App& app) {
  std::string cases;
  for (const CLI::App* command : commands_of(app)) {
    cases += "      " + command->get_name() + ") words=\"" + command_words(*command) +
             option_words(*command) + "\" ;;\n";
  }
  return "# bash completion for breakeven: source this file or install it as a completion\n"
         "_breakeven() {\n"
         "  local cur=\"${COMP_WORDS[COMP_CWORD]}\" words=\"\" command=\"\" i\n"
         "  for ((i = 1; i < COMP_CWORD; i++)); do\n"
         "    case \"${COMP_WORDS[i]}\" in -*) ;; *) command=\"${COMP_WORDS[i]}\"; break ;; esac\n"
         "  done\n"
         "  case \"$command\" in\n" +
         cases + "      *) words=\"" + command_words(app) + option_words(app) +
         "\" ;;\n"
         "  esac\n"
         "  COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n"
         "  [ ${#COMPREPLY[@]} -gt 0 ] || COMPREPLY=($(compgen -f -- \"$cur\"))\n"
         "}\n"
         "complete -F _breakeven breakeven\n";
}

/// The first line of a help text, without the characters that shells treat as syntax.
std::string first_line(const std::string& text) {
  std::string safe;
  for (const char c : text.substr(0, text.find('\n'))) {
    if (c == '\'') continue;
    safe += c == ':' ? ',' : c;
  }
  return safe;
}

std::string zsh(const CLI::App& app) {
  std::string out = "#compdef breakeven\n_breakeven() {\n  local -a commands\n  commands=(\n";
  for (const CLI::App* command : commands_of(app)) {
    out += "    '" + command->get_name() + ":" + first_line(command->get_description()) + "'\n";
  }
  out +=
      "  )\n  if (( CURRENT == 2 )); then\n    _describe command commands\n    return\n  fi\n"
      "  case \"$words[2]\" in\n";
  for (const CLI::App* command : commands_of(app)) {
    out += "    " + command->get_name() + ") compadd -- " + command_words(*command) +
           option_words(*command) + "; _files ;;\n";
  }
  return out + "  esac\n}\n_breakeven \"$@\"\n";
}

std::string fish(const CLI::App& app) {
  std::string out;
  for (const CLI::App* command : commands_of(app)) {
    out += "complete -c breakeven -n __fish_use_subcommand -f -a " + command->get_name() + " -d '" +
           first_line(command->get_description()) + "'\n";
    for (const CLI::Option* option : command->get_options()) {
      for (const std::string& name : option->get_lnames()) {
        out += "complete -c breakeven -n '__fish_seen_subcommand_from " + command->get_name() +
               "' -l " + name + " -d '" + first_line(option->get_description()) + "'\n";
      }
    }
  }
  return out;
}

/// Text for roff: no control character at the start of a line, no escape within.
std::string roff(const std::string& text) {
  std::string out;
  bool start = true;
  for (const char c : text) {
    if (start && (c == '.' || c == '\'')) out += "\\&";
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else {
      out += c;
    }
    start = c == '\n';
  }
  return out;
}

/// A command's options and then its own commands.
void manual_of(const CLI::App& app, const std::string& title, std::string& out) {
  out += ".SS \"" + roff(title) + "\"\n" + roff(app.get_description()) + "\n";
  for (const CLI::Option* option : app.get_options()) {
    const std::string name = option->get_name(false, true);
    if (name.empty()) continue;
    out += ".TP\n.B " + roff(name) + "\n" + roff(option->get_description()) + "\n";
  }
  if (!app.get_footer().empty()) out += ".PP\n.nf\n" + roff(app.get_footer()) + "\n.fi\n";
  for (const CLI::App* command : commands_of(app)) {
    manual_of(*command, title + " " + command->get_name(), out);
  }
}

std::string manual(const CLI::App& app) {
  std::string out = ".TH BREAKEVEN 1 \"\" \"breakeven " BREAKEVEN_VERSION
                    "\" \"User Commands\"\n.SH NAME\nbreakeven \\- keep paying for an LLM API, or "
                    "host an open\\-weight model\n.SH SYNOPSIS\n.B breakeven\n[options] command "
                    "...\n.SH COMMANDS\n";
  manual_of(app, "breakeven", out);
  out +=
      ".SH \"EXIT STATUS\"\n0: the answer was printed. 2: an option or value is wrong. 3: not "
      "found. 4: a file cannot be read. 5: not supported. 6: no feasible configuration. 7: input "
      "or output failed. 8: a limit was reached. 70: a bug.\n";
  return out;
}

}  // namespace

void add_completions(CLI::App& app, Context& context) {
  auto* command =
      app.add_subcommand("completions", "Print a completion script for a shell, or the manual");
  auto shell = std::make_shared<std::string>();
  command->add_option("shell", *shell, "bash, zsh, fish, or man for the manual page")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish", "man"}));
  on_run(*command, context, [&app, shell]() -> Status {
    if (*shell == "bash") return print(bash(app));
    if (*shell == "zsh") return print(zsh(app));
    if (*shell == "man") return print(manual(app));
    return print(fish(app));
  });
}

}  // namespace breakeven::cli
