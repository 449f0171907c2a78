import type { Agreement } from "../../records/agreement.ts";
import type { Capabilities, Proposal } from "../../ports/host.ts";

/** The pull request that proposes a repository's policy file: every key with its default, commented. */
export function proposalFor(capabilities: Capabilities, agreement: Agreement | null): Proposal {
  const { policyPath, title: host, statuses } = capabilities;
  const signed = agreement === null ? "the contributor license agreement" : agreement.title;
  return {
    path: policyPath,
    text: policyTemplate(capabilities),
    title: "Add the policy for contributor license agreements",
    body: [
      `This adds \`${policyPath}\`, the repository's policy for ${signed}. Every key in it is commented out and shows its default, so merging it changes nothing; uncomment what you want to change.`,
      `The file is read from the default branch only, never from a pull request. ${
        statuses
          ? "To block unsigned changes, require the status `license/cla` in the branch's protection."
          : `To block unsigned changes on ${host}, require the check \`license/cla\` in the settings of the protected branch, within a week of its first run.`
      }`,
    ].join("\n\n"),
    branch: "countersign/policy",
  };
}

/** Lets editors complete and check the file. */
const POLICY_SCHEMA =
  "https://raw.githubusercontent.com/countersign/countersign/main/schema/policy.schema.json";

/** @returns YAML that equals the defaults */
export function policyTemplate(host: Capabilities): string {
  const { statuses, labelsByDefault, reportByDefault, coauthorsByDefault, title } = host;
  const labels = "{signed: cla/yes, unsigned: cla/no}";
  return `# yaml-language-server: $schema=${POLICY_SCHEMA}
# How pull requests to this repository are checked for signed contributor license agreements.
# Every line that is commented out shows the default.

# ${
    statuses
      ? "A commit status or a check run, and its name."
      : "A check run where the bot may write one, beside the labels, and its name; status: labels only."
  }
# report: ${reportByDefault.padEnd(17)} # auto | status | check
# context: license/cla

# The one comment that says who still has to sign.
# comment: when-unsigned    # when-unsigned | always | never

# Labels that show the verdict; false turns them off.
# labels: ${labelsByDefault ? labels : `false             # or ${labels}`}

# The language of the comment.
# language: auto            # auto | en | zh-CN

# The opener and every commit author always count.
# require:
#   coauthors: ${coauthorsByDefault.padEnd(12)} # require | warn | ignore${
    host.resolvesCoauthors ? "" : `; ${title} does not link co-authors to accounts`
  }
#   committers: ignore      # the same; the host's own committer never counts
#   backports: sign         # sign | verify: a commit that repeats or reverts one of a protected branch needs no new signature

# Who and what needs no signature.
# exempt:
#   accounts: []            # numbers, never names, e.g. [${statuses ? "github:49699333" : "gitee:49699333"}]
#   authors: []             # accounts whose commits need no signature; everyone who can push can commit under their address
#   bots: well-known        # well-known | coauthors | none: listed bots as openers and co-authors, as co-authors only
#   agents: well-known      # well-known | none: coding assistants named as co-authors
#   organizations: []       # numbers of organizations whose members need not sign
#   lines: 0                # pull requests that change no more lines than this
#   paths: []               # pull requests that touch only these paths
`;
}
