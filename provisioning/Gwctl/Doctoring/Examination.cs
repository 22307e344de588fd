using Gateway.Provisioning.Applying;
using Gateway.Provisioning.Checking;
using Gateway.Provisioning.Machines.Facts;
using Gateway.Provisioning.Planning;

namespace Gwctl.Doctoring;

/// <summary>What a doctor saw of a machine.</summary>
/// <param name="At">When, UTC.</param>
/// <param name="Findings">What is wrong, the gravest first.</param>
/// <param name="Assessment">Its resources and controls.</param>
/// <param name="Runs">Its runs.</param>
/// <param name="Checks">What monitoring is told.</param>
/// <param name="Facts">The machine itself.</param>
internal sealed record Examination(
    DateTimeOffset At, IReadOnlyList<Finding> Findings, Assessment Assessment, IReadOnlyList<Run> Runs, IReadOnlyList<Check> Checks, MachineFacts Facts);
